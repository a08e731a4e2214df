"""What is answered when a request cannot be: JSON, one form, no paths and no traces."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse


class RequestError(Exception):
    """A request that cannot be answered. code: a name for programs; message: for people."""

    def __init__(self, status: int, code: str, message: str, headers: dict[str, str] | None = None):
        super().__init__(message)
        self.status, self.code, self.message, self.headers = status, code, message, headers

    def response(self) -> JSONResponse:
        body = {"error": {"code": self.code, "message": self.message}}
        return JSONResponse(body, self.status, self.headers)


def busy(what: str) -> RequestError:
    return RequestError(503, "busy", f"{what}; try again in a second", {"Retry-After": "1"})


async def answer_problem(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestError)
    return error.response()


async def answer_http_exception(request: Request, error: Exception) -> JSONResponse:
    """Starlette's own: no such route, no such method."""
    assert isinstance(error, HTTPException)
    codes = {404: ("not_found", "nothing is here; see /docs"), 405: ("method_not_allowed", "")}
    code, message = codes.get(error.status_code, ("bad_request", str(error.detail)))
    headers = dict(error.headers or {})
    if code == "method_not_allowed":
        message = f"{request.method} is not understood here, expected {headers.get('Allow', '')}"
    return RequestError(error.status_code, code, message, headers).response()


# A defect of ours; the log has the trace, the client does not.
FAILURE = RequestError(500, "internal", "the server failed; its log tells why")
