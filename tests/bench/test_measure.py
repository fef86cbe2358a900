"""Ratios and their table, without measuring anything."""

from bench.measure import Contender, Ratio, Rounds
from bench.table import Row, rendered


def test_rounds_compare_what_ran_in_the_same_round():
    """A machine that is three times slower in one round slows both sides, and the ratio stays."""
    slowness = iter([1, 1, 3, 3, 1, 1])
    ours = Contender("ours", lambda count: 4.0 * count * next(slowness))
    plain = Contender("plain", lambda count: 2.0 * count * next(slowness))

    measured = Rounds([ours, plain], rounds=3, count=5, warm=0)

    assert measured.speed("ours", "plain") == Ratio(0.5, 0.5, 0.5)
    assert measured.time("ours", "plain") == Ratio(2.0, 2.0, 2.0)


def test_rounds_take_turns_in_who_begins():
    """Whoever always came second would find warm caches."""
    order: list[str] = []

    def contender(name: str) -> Contender:
        return Contender(name, lambda count: order.append(name) or 1.0)

    Rounds([contender("a"), contender("b")], rounds=3, count=1, warm=0)

    assert order == ["a", "b", "b", "a", "a", "b"]


def test_ratio_is_the_median_so_one_bad_round_counts_little():
    assert Ratio.of([1.0, 1.0, 1.0, 1.0, 50.0]) == Ratio(1.0, 1.0, 1.0)
    assert Ratio.of([2.0]) == Ratio(2.0, 2.0, 2.0)


def test_row_verdict_looks_the_right_way():
    """Speed is better when higher, time and memory when lower; without a goal there is nothing to say."""
    half, twice = Ratio(0.5, 0.5, 0.5), Ratio(2.0, 2.0, 2.0)

    assert Row("w", "speed", half, "b", goal=0.7).verdict == "missed"
    assert Row("w", "speed", twice, "b", goal=0.7).verdict == "met"
    assert Row("w", "time", twice, "b", goal=1.5).verdict == "missed"
    assert Row("w", "memory", half, "b", goal=1.5).verdict == "met"
    assert Row("w", "time", twice, "b").verdict == ""


def test_only_what_has_to_be_flat_can_fail_a_run():
    """A missed goal is said; a run fails only when growth is beyond anything that noise explains."""
    tenfold = Ratio(10.0, 10.0, 10.0)

    assert Row("merge", "time", tenfold, "b", goal=1.5, flat=True).grossly_off(4.0)
    assert not Row("merge", "time", tenfold, "b", goal=1.5).grossly_off(4.0)
    assert not Row("merge", "time", Ratio(3.0, 3.0, 3.0), "b", goal=1.5, flat=True).grossly_off(4.0)


def test_rendered_table_is_markdown_with_every_figure():
    text = rendered([Row("merge", "time", Ratio(1.04, 1.0, 1.1), "10 definitions", goal=1.5)])

    head, rule, row = text.splitlines()
    assert [cell.strip() for cell in row.split("|")[1:-1]] == [
        "merge", "time", "1.04", "1.00 to 1.10", "10 definitions", "at most 1.5", "met",
    ]  # fmt: skip
    assert len(head) == len(rule) == len(row)
