"""The rating page in a browser: a rater answers, comes back, and saves."""

import csv
import json
from io import StringIO
from pathlib import Path
from typing import Any

from rating import NAMES, study_of
from selenium.webdriver.support.ui import WebDriverWait

from attnpaint.eval.study.ratings import read_key, read_ratings

DRIVER = """<script>
(async () => {
  const key = (name) => (document.activeElement ?? document.body)
    .dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true }));
  let saved;
  URL.createObjectURL = (blob) => { saved = blob; return "#"; };
  HTMLAnchorElement.prototype.click = function () {};
  const told = { seen: [] };
  find("#rater").value = '  Ada  "the", second ';
  find("#start").requestSubmit();
  for (let i = 0; i < study.pictures.length; i++) {
    told.seen.push(find("#given img").naturalWidth > 0 || await new Promise((resolve) => {
      find("#given img").onload = () => resolve(true);
      find("#given img").onerror = () => resolve(false);
    }));
    const { picture, places } = order[turn];
    for (const place of places)
      for (const _ of study.questions)
        key(i == 1 && place == "A" ? "0" : picture.places[place].endsWith("A.webp") ? "5" : "1");
    if (i == 0) { told.left = unanswered(picture); begin(); told.resumed = turn; }
    else if (i == 1) { told.focus = document.activeElement.id; find("#next").click(); }
    else { document.activeElement.blur(); key("Enter"); }
  }
  told.end = !find("#end").hidden && find("#left").textContent;
  find("#save").click();
  told.csv = await saved.text();
  const orders = ["Ada", "Bo", "Cy", "Di", "Ed", "Flo"].map((name) => {
    rater = name; begin();
    return JSON.stringify(order.map(({ picture, places }) => [picture.name, places]));
  });
  told.orders = new Set(orders).size;
  document.body.replaceChildren(element("pre", {}, JSON.stringify(told)));
})();
</script>"""


def test_a_rater_answers_with_keys_comes_back_and_saves_what_was_answered(
    chromium: Any, tmp_path: Path
) -> None:
    study = study_of(tmp_path)
    page = study.page.with_name("driven.html")
    page.write_text(study.page.read_text().replace("</body>", f"{DRIVER}</body>"))
    chromium.get(page.as_uri())
    ended = WebDriverWait(chromium, 60).until(lambda it: it.find_elements("css selector", "body > pre"))
    told = json.loads(ended[0].text)
    assert told["seen"] == [True] * 3
    assert (told["left"], told["resumed"], told["focus"]) == (0, 1, "next")
    assert told["end"] == "Every question is answered."
    assert told["orders"] > 1
    rows = list(csv.DictReader(StringIO(told["csv"])))
    assert len(rows) == 24
    assert {row["rater"] for row in rows} == {'Ada "the", second'}
    (tmp_path / "saved.csv").write_text(told["csv"])
    ratings = read_ratings([tmp_path / "saved.csv"], read_key(study.key))
    assert sorted({rating.picture for rating in ratings}) == sorted(NAMES)
    given = {(row["picture"], row["place"], row["question"]): row["score"] for row in rows}
    assert sorted(given.values()) == ["0"] * 4 + ["1"] * 12 + ["5"] * 8
    assert all(score == "1" for (_, place, _), score in given.items() if place == "B")
