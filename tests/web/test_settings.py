import dataclasses

import pytest

from digitnet.web.settings import Settings


def test_nothing_is_allowed_unless_told():
    settings = Settings()
    assert (settings.collect, settings.allow_origin, settings.token) == (None, None, None)
    assert settings.max_body_bytes < settings.held_bytes


def test_a_servers_settings_do_not_change_under_it():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Settings().token = "another"
    with pytest.raises(TypeError):
        Settings(5)
