/* Comfort alone: every page says the same without it. It asks nobody for anything. */
(function () {
  "use strict";

  /* What a typed name and a listed one have in common, whatever their case, accents and marks. */
  function key(text) {
    return text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f'’]/g, "")
      .replace(/&/g, " and ").replace(/[^a-z0-9]+/g, " ").trim();
  }

  function count(number, one, several) {
    return number + " " + (number === 1 ? one : several);
  }

  function each(list, act) {
    Array.prototype.forEach.call(list, act);
  }

  /* ---- Filters: fields that hide what does not fit, or list what does, and say how much it is. */

  var MOST_RESULTS = 8;

  function filter(form) {
    var target = document.getElementById(form.dataset.filter);
    var input = form.querySelector("input");
    var region = form.querySelector("select");
    var status = form.querySelector("[role=status]");
    var results = form.querySelector(".results");
    var items = Array.from(target.querySelectorAll("li, tbody tr")).map(function (element) {
      var name = element.querySelector("a");
      return {
        element: element,
        link: name,
        words: key(name.textContent + " " + (element.dataset.also || "")),
        region: region ? element.cells[1].textContent : ""
      };
    });

    function fitting() {
      var words = key(input.value).split(" ");
      return items.filter(function (item) {
        var fits = words.every(function (word) { return (" " + item.words).includes(" " + word); });
        return fits && !(region && region.value && region.value !== item.region);
      });
    }

    function list(found) {
      results.textContent = "";
      results.hidden = !input.value.trim();
      found.slice(0, results.hidden ? 0 : MOST_RESULTS).forEach(function (item) {
        results.appendChild(document.createElement("li")).appendChild(item.link.cloneNode(true));
      });
    }

    function hide(found) {
      items.forEach(function (item) { item.element.hidden = found.indexOf(item) === -1; });
      each(target.querySelectorAll("[data-group]"), function (group) {
        group.hidden = !group.querySelector("li:not([hidden]), tbody tr:not([hidden])");
      });
      each(target.querySelectorAll("tfoot"), function (foot) {
        foot.hidden = found.length < items.length;
      });
    }

    function update() {
      var found = fitting(), asked = input.value.trim() || (region && region.value);
      var more = results && found.length > MOST_RESULTS ? ", the first " + MOST_RESULTS + " below" : "";
      (results ? list : hide)(found);
      status.textContent = asked ? count(found.length, "council", "councils") + " found" + more : "";
    }

    input.addEventListener("input", update);
    input.addEventListener("keydown", function (event) {
      var found = event.key === "Enter" ? fitting() : [];
      if (found.length === 1) { window.location.href = found[0].link.href; }
    });
    if (region) { region.addEventListener("change", update); }
    form.hidden = false;
    if (input.value) { update(); }
  }

  /* ---- Tables sorted by a name: never by a figure. */

  function sortable(head) {
    var button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.textContent = "";
    head.appendChild(button);
    button.addEventListener("click", function () {
      var body = head.closest("table").tBodies[0];
      var down = head.getAttribute("aria-sort") === "ascending";
      each(head.parentNode.children, function (other) { other.removeAttribute("aria-sort"); });
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      var rows = Array.from(body.rows).sort(function (one, other) {
        function text(row) { return row.cells[head.cellIndex].textContent.trim(); }
        return text(one).localeCompare(text(other), "en") * (down ? -1 : 1);
      });
      rows.forEach(function (row) { body.appendChild(row); });
    });
  }

  /* ---- The comparison: chosen rows of one table become columns of another. */

  var MOST = 6;

  function compare(box) {
    function at(name) { return document.getElementById("compare-" + name); }
    var type = at("type"), names = at("name"), add = at("add");
    var chosen = at("chosen"), result = at("result"), status = at("status");
    var slugs = [];

    function table() { return document.querySelector('table[data-type="' + type.value + '"]'); }
    function row(slug) { return table().querySelector('tr[data-slug="' + slug + '"]'); }
    function name(slug) { return row(slug).cells[0].textContent; }

    function fillNames() {
      names.textContent = "";
      each(table().tBodies[0].rows, function (its) {
        if (slugs.indexOf(its.dataset.slug) === -1) {
          names.add(new Option(its.cells[0].textContent, its.dataset.slug));
        }
      });
      add.disabled = slugs.length >= MOST;
    }

    function cell(tag, from, scope) {
      var made = document.createElement(tag);
      each(from.childNodes, function (node) { made.appendChild(node.cloneNode(true)); });
      if (scope) { made.scope = scope; } else { made.className = from.className; }
      return made;
    }

    function draw() {
      chosen.textContent = result.textContent = "";
      slugs.forEach(function (slug) {
        var item = document.createElement("li"), button = document.createElement("button");
        button.type = "button";
        button.textContent = name(slug) + " ×";
        button.setAttribute("aria-label", "Remove " + name(slug));
        button.addEventListener("click", function () {
          slugs.splice(slugs.indexOf(slug), 1);
          show(name(slug) + " removed.");
          names.focus();
        });
        item.appendChild(button);
        chosen.appendChild(item);
      });
      result.hidden = slugs.length < 2;
      at("tables").hidden = slugs.length > 1;
      if (result.hidden) { return; }
      var source = table(), columns = slugs.map(row).concat(Array.from(source.tFoot.rows));
      var made = document.createElement("table"), caption = made.createCaption();
      caption.textContent = count(slugs.length, "council", "councils") + " side by side";
      each(source.tHead.rows[0].cells, function (head, index) {
        var part = index ? made.tBodies[0] || made.createTBody() : made.createTHead();
        var line = part.insertRow();
        line.appendChild(cell("th", head.querySelector("button") || head, index ? "row" : "col"));
        columns.forEach(function (its) {
          line.appendChild(cell(index ? "td" : "th", its.cells[index], index ? "" : "col"));
        });
      });
      result.appendChild(made);
    }

    function show(message) {
      var fragment = slugs.length ? "#" + [type.value].concat(slugs).join(",") : "#";
      window.history.replaceState(null, "", fragment);
      fillNames();
      draw();
      var wanting = slugs.length === 1 ? " Add another to compare." : "";
      status.textContent = message + wanting;
    }

    add.addEventListener("click", function () {
      if (!names.value) { return; }
      slugs.push(names.value);
      show(name(slugs[slugs.length - 1]) + " added.");
    });
    type.addEventListener("change", function () {
      slugs = [];
      show("");
    });
    var asked = decodeURIComponent(window.location.hash.slice(1)).split(",");
    if (asked.length > 1 && Array.from(type.options).some(function (o) { return o.value === asked[0]; })) {
      type.value = asked[0];
      slugs = Array.from(table().tBodies[0].rows).map(function (its) { return its.dataset.slug; })
        .filter(function (slug) { return asked.indexOf(slug) > 0; }).slice(0, MOST);
    }
    fillNames();
    draw();
    box.hidden = false;
  }

  each(document.querySelectorAll("[data-filter]"), filter);
  each(document.querySelectorAll("th[data-sort]"), sortable);
  var box = document.getElementById("compare");
  if (box) { compare(box); }
}());
