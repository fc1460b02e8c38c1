"""Who may open what: every address, for everyone, against the checked-in table."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from django.http import HttpResponseBase

from tests.walk import (
    ROLES,
    Address,
    World,
    addresses,
    make_world,
    path_to_nowhere,
    visit,
)

TABLE = Path(__file__).with_name("roles.csv")
# A list that answers these would tell about columns that it does not show.
PRYING = "?evaluator__password__startswith=a&x__password__startswith=a&o=-1.2&ordering=password"


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def read_table() -> dict[tuple[str, str], dict[str, int]]:
    """Return the expected status by URL name and method, then by role."""
    with TABLE.open(newline="") as file:
        return {
            (row["name"], row["method"]): {role: int(row[role]) for role in ROLES}
            for row in csv.DictReader(file)
        }


def test_it_has_a_row_for_every_address() -> None:
    """A page that is new needs a row for GET, and one for POST if it takes one."""
    names = {address.name for address in addresses()}
    table = read_table()
    assert {name for name, _ in table} == names
    assert {name for name, method in table if method == "GET"} == names


@pytest.mark.parametrize("role", ROLES)
def test_it_opens_to_each_role_what_the_table_says(world: World, role: str) -> None:
    table, client, wrong = read_table(), world.client(role), []
    for address in addresses():
        for method in ("GET", "POST"):
            expected = table.get((address.name, method), {}).get(role)
            if expected is None:
                continue
            status = visit(client, method, world.path(address))[0].status_code
            if status != expected:
                wrong.append(f"{method} {address.name}: {status}, the table says {expected}")
    assert not wrong, "\n".join(wrong)


def test_it_takes_no_post_without_a_row(world: World) -> None:
    """Whoever may GET a page meets 405 on POST, unless the table has a row for POST."""
    table = read_table()
    for address in addresses():
        if (address.name, "POST") in table:
            continue
        for role in ROLES:
            if table[address.name, "GET"][role] == 200:
                response, _ = visit(world.client(role), "POST", world.path(address))
                assert response.status_code == 405, f"{address.name} for {role}"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_it_shows_a_stranger_the_same_as_where_nothing_is(world: World, method: str) -> None:
    """Otto holds every role, elsewhere."""
    client = world.client("outsider")
    for address in addresses():
        if not address.parameters or address.name.startswith("account_"):
            continue
        there, nowhere = world.path(address), path_to_nowhere(address)
        response, text = visit(client, method, there)
        blank, blank_text = visit(client, method, nowhere)
        assert response.status_code == blank.status_code, address
        assert plain(text, there) == plain(blank_text, nowhere), address
        assert headers(response) == headers(blank), address
        assert response.status_code in {404, 405}, address


def plain(text: str, path: str) -> str:
    """Return a page without what is different each time: tokens, and its own address."""
    return re.sub(r'value="[A-Za-z0-9]{64}"', "", text).replace(path, "")


def headers(response: HttpResponseBase) -> dict[str, str]:
    own = {"X-Request-Id", "Content-Length", "Location", "Expires"}
    return {name: value for name, value in response.items() if name not in own}


@pytest.mark.parametrize("role", ROLES)
def test_it_answers_no_question_that_a_page_does_not_ask(world: World, role: str) -> None:
    client, table = world.client(role), read_table()
    for address in addresses():
        path = world.path(address)
        response, _ = visit(client, "GET", path + PRYING)
        allowed = {table[address.name, "GET"][role], 302, 400}
        assert response.status_code in allowed, f"{address.name}: {response.status_code}"


def test_it_says_what_is_missing_in_the_walk(world: World) -> None:
    with pytest.raises(LookupError, match="which object “brand-new” leads to"):
        world.path(Address("brand-new", ("pk",)))
