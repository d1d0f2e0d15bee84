"""What Schemathesis knows beside the OpenAPI document: where things are, and which data
that the document allows must not be refused."""

import itertools
import os
import re

import schemathesis
from schemathesis.core.failures import Failure
from schemathesis.core.parameters import ParameterLocation
from world import World

WORLD = World(os.environ["ROSTER_URL"], os.environ["ROSTER_TOKEN"])
KEYS = itertools.count()

# What the document says by itself of a value: who keeps to it isn't refused for these.
# Everything else may depend on other members or on what is stored.
PLAIN = {
    "unknown_member",
    "wrong_type",
    "too_long",
    "too_many",
    "invalid_json",
    "unsupported_media_type",
}
# What is wrong beside other members or parameters, or is not there.
OF_WHAT_IS_THERE = r"needs|settings|has no|must be an id|There is no query parameter"
# Parameters whose text is a language of its own.
OF_OTHER_LANGUAGES = {
    "condition", "range", "subscriptions", "delimiter", "from", "to", "phone", "email", "sort",
}


@schemathesis.hook
def before_call(context, case, kwargs):
    """Sends the request to what is there, if it isn't meant to miss."""
    place = case.meta.components if case.meta else {}

    def fits(location):
        return location not in place or place[location].mode.is_positive

    # What is deleted would be missed by all that comes later.
    if fits(ParameterLocation.PATH) and case.method.upper() != "DELETE":
        for name, value in WORLD.place(case.path).items():
            if name in (case.path_parameters or {}):
                case.path_parameters[name] = value
    spoil(case, fits)
    headers = case.headers if fits(ParameterLocation.HEADER) else None
    key = (case.headers or {}).get("Idempotency-Key")
    if headers is None and key is not None and not (key.isascii() and key == key.strip()):
        # Hosts refuse bytes that are no UTF-8 themselves, and take spaces off both ends of a
        # value, so that a wrong one may become right.
        case.headers["Idempotency-Key"] = "two words"
    if headers:
        # The example is of another moment.
        if headers.get("If-Match") == '"3"':
            headers["If-Match"] = "*"
        if "Idempotency-Key" in headers:
            headers["Idempotency-Key"] = f"key-{next(KEYS)}"


def spoil(case, fits):
    """Keeps what is meant to be wrong from being right by what the document can't say: a
    flag alone, `0` and `1` are flags too, and white space around a text is dropped before it
    is measured."""
    if not fits(ParameterLocation.QUERY):
        flags = {
            parameter.name
            for parameter in case.operation.query
            if parameter.definition.get("schema", {}).get("type") == "boolean"
        }
        for name in flags & set(case.query or {}):
            if case.query[name] in ("", "0", "1", 0, 1):
                case.query[name] = "perhaps"
    if not fits(ParameterLocation.BODY) and isinstance(case.body, dict):
        case.body = {name: without_room(value) for name, value in case.body.items()}


def without_room(value):
    """A long text with something where white space was at its ends."""
    if isinstance(value, str) and len(value) > 100:
        return re.sub(r"^\s+|\s+$", lambda found: "x" * len(found[0]), value)
    return value


class DescribedDataRefused(Failure):
    """The document allows what the server refuses."""


@schemathesis.check
def described_data_is_taken(ctx, response, case):
    """A request that keeps to the document isn't refused for what the document says."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    if response.status_code not in (400, 415, 422):
        return
    try:
        problem = response.json()
    except ValueError:
        return
    wrong = problem.get("errors") or [problem]
    for one in wrong:
        code, detail = one.get("code"), one.get("detail", "")
        parameter = problem.get("parameter")
        # A webhook's mapping is a language of its own, a field's value and its default are
        # read by its type, a form has files of any name, and how many there can be of
        # something is about what is there.
        own = "/mapping/|(/(fields|properties)/[0-9]+)?/default(/|$)|/data/|/weights/"
        own = re.match(own, one.get("pointer", ""))
        # One parameter needs the other.
        if own or re.search("A form has files|hold at a time|Say (on which|whose)", detail):
            continue
        plain = code in PLAIN or "There is no member" in detail or "unknown field" in detail
        if code == "invalid_parameter":
            plain = parameter not in OF_OTHER_LANGUAGES and not re.search(OF_WHAT_IS_THERE, detail)
        if plain:
            raise DescribedDataRefused(
                operation=case.operation.label,
                title="Described data is refused",
                message=f"{one.get('pointer', parameter)}: {code}: {detail}",
            )
