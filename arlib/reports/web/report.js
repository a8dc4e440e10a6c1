document.querySelectorAll("script[type='application/json']").forEach(function (source) {
  var found = JSON.parse(source.textContent);
  Plotly.newPlot(source.dataset.place, found.data, found.layout, found.config);
});
// A click on a title sorts the rows by it: days, numbers as French or English writes them, or words.
function worth(text) {
  var day = text.match(/^(\d{2})\/(\d{2})\/(\d{4})$/);
  if (day) return Number(day[3] + day[2] + day[1]);
  var bare = text.replace(/[\s\u00a0\u202f]/g, "").replace("\u2212", "-");
  var number = document.documentElement.lang === "fr"
    ? bare.match(/-?\d+(,\d+)?/) : bare.replace(/,/g, "").match(/-?\d+(\.\d+)?/);
  return number ? Number(number[0].replace(",", ".")) : NaN;
}
document.querySelectorAll("th").forEach(function (title) {
  title.addEventListener("click", function () {
    var place = title.cellIndex, body = title.closest("table").tBodies[0];
    var isUp = title.dataset.up !== "1";
    title.dataset.up = isUp ? "1" : "0";
    var isNumber = title.className === "right";
    Array.from(body.rows).sort(function (one, two) {
      var a = one.cells[place].textContent, b = two.cells[place].textContent;
      if (!isNumber) return (isUp ? 1 : -1) * a.localeCompare(b, document.documentElement.lang);
      a = worth(a); b = worth(b);
      if (isNaN(a) || isNaN(b)) return (isNaN(a) ? 1 : 0) - (isNaN(b) ? 1 : 0);
      return isUp ? b - a : a - b;
    }).forEach(function (row) { body.appendChild(row); });
  });
});
