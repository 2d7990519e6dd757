"""Charts that the server draws: nothing that the policy refuses, words and a table for whoever does not see them."""

import re

from bs4 import BeautifulSoup

from core.charts import BarChart, Series, curve


def drawn(svg):
    return BeautifulSoup(str(svg), "html.parser")


def bars(**values):
    series = [Series(name, each) for name, each in values.items()]
    return BarChart("Ce qui se dit", "De 2 à 9.", ["1er sept.", "15 sept."], series, withheld="effectif trop faible")


def test_a_curve_goes_from_the_least_to_the_most():
    (line,) = drawn(curve([0, 5, 10])).select("polyline")
    heights = [float(point.split(",")[1]) for point in line["points"].split()]
    assert heights == sorted(heights, reverse=True), "down the page is less"
    assert heights[0] - heights[1] == heights[1] - heights[2]


def test_a_withheld_point_is_a_gap_and_no_nought():
    svg = drawn(curve([1, 2, None, 4, None, 6, 7]))
    assert len(svg.select("polyline")) == 2
    assert len(svg.select("circle")) == 1, "a point alone is a dot"


def test_there_is_no_curve_of_points_alone_nor_of_nothing():
    for values in ([3], [None, 3, None], [], [0, 0, None], [1, None, 2, None, 3]):
        assert curve(values) == "", values


def test_bars_say_in_words_what_they_show():
    svg = drawn(bars(Messages=[2, 9]).svg).svg
    assert svg["role"] == "img"
    assert svg["aria-label"] == "Ce qui se dit. De 2 à 9."
    assert [text.get_text() for text in svg.select("text")][-2:] == ["1er sept.", "15 sept."]


def test_bars_are_as_high_as_their_values_and_one_that_is_withheld_is_seen():
    svg = drawn(bars(Messages=[2, 4], Questions=[None, 0]).svg)
    low, high = (float(bar["height"]) for bar in svg.select(".chart__bar"))
    assert round(high / low, 2) == 2
    assert len(svg.select(".chart__few")) == 1, "what is withheld is no nought"


def test_the_table_says_the_same():
    assert bars(Messages=[2, 9], Questions=[None, 0]).rows == [
        ("1er sept.", ["2", "effectif trop faible"]),
        ("15 sept.", ["9", "0"]),
    ]


def test_nothing_is_inline_and_what_people_typed_stays_text():
    chart = BarChart('"><script>', "<b>", ["<i>x</i>"], [Series("<u>", [3])])
    assert not re.search(r"style=|<script|<i>|<b>|<u>|on\w+=", str(chart.svg))
