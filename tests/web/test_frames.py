import asyncio
import io

import pytest

from digitnet.web.frames import packed, read_frame, receive_frame

CONTENT = bytes(range(256)) * 300


def test_messages_come_as_they_went():
    stream = io.BytesIO(packed({"top": 3}, CONTENT) + packed({}))
    assert read_frame(stream) == ({"top": 3}, CONTENT)
    assert read_frame(stream) == ({}, b"")
    assert read_frame(stream) is None


def test_messages_in_pieces_and_one_that_breaks_off():
    whole = packed({"ä": [1]}, CONTENT)

    async def received(content):
        stream = asyncio.StreamReader()
        for at in range(0, len(content), 1000):
            stream.feed_data(content[at : at + 1000])
        stream.feed_eof()
        return await receive_frame(stream)

    assert asyncio.run(received(whole)) == ({"ä": [1]}, CONTENT)
    with pytest.raises(asyncio.IncompleteReadError):
        asyncio.run(received(whole[:-1]))
