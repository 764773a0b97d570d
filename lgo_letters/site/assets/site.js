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

  /* The district of a postcode, B60 of "b60 1aa"; "" where a text is not a whole one. */
  function district(text) {
    var found = text.trim().toUpperCase().match(/^([A-Z]{1,2}\d[A-Z\d]?)(\s*\d[A-Z]{2}|\s+(\d[A-Z]?)?)$/);
    return found ? found[1] : "";
  }

  /* ---- Filters: fields that hide what does not fit, or list what does, and say how much it is. */

  var MOST_RESULTS = 8;

  function filter(form) {
    var target = document.getElementById(form.dataset.filter);
    var input = form.querySelector("input");
    var region = form.querySelector("select");
    var status = form.querySelector("[role=status]");
    var results = form.querySelector(".results");
    var kind = form.dataset.kind, ofDistricts = kind === "district";
    var items = Array.from(target.querySelectorAll("li, tbody tr")).map(function (element) {
      var name = element.querySelector("a");
      return {
        element: element,
        link: name,
        words: ofDistricts ? element.cells[0].textContent.toLowerCase()
          : key((kind === "decision" ? element : name).textContent + " " + (element.dataset.also || "")),
        region: region ? element.cells[1].textContent : ""
      };
    });

    function fitting() {
      var exact = ofDistricts && district(input.value).toLowerCase();
      if (exact) { return items.filter(function (item) { return item.words === exact; }); }
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
      var text = input.value.trim();
      if (form.dataset.postcodes && /^[a-z]{1,2}\d/i.test(text)) {
        var link = document.createElement("a");
        link.href = form.dataset.postcodes + "#" + encodeURIComponent(text);
        link.textContent = "Councils of postcode " + text.toUpperCase();
        results.appendChild(document.createElement("li")).appendChild(link);
        return true;
      }
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
      if (!found.length && form.dataset.postcodes) { more = "; try a postcode"; }
      var isPostcode = (results ? list : hide)(found);
      status.textContent = asked && !isPostcode ? count(found.length, kind, kind + "s") + " found" + more : "";
    }

    input.addEventListener("input", update);
    input.addEventListener("keydown", function (event) {
      var links = event.key === "Enter" && results ? results.querySelectorAll("a") : [];
      if (links.length === 1) { window.location.href = links[0].href; }
    });
    if (region) { region.addEventListener("change", update); }
    form.hidden = false;
    if (ofDistricts && window.location.hash) {
      input.value = decodeURIComponent(window.location.hash.slice(1));
    }
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

  /* ---- The map: one tab stop, arrow keys from hexagon to hexagon, and a tip on each. */

  function map(box) {
    var tip = box.querySelector(".tip"), current = null, theme = 0;

    function all(selector, act) { each(box.querySelectorAll(selector), act); }
    function path(slug) { return "authorities/" + slug + "/index.html"; }
    function slugs(mark) { return mark.dataset.at.split(" "); }
    function word(mark) { return mark.dataset.words.split(" ")[theme]; }
    function name(mark) {
      return slugs(mark).map(function (slug) {
        return document.querySelector('#all a[href="' + path(slug) + '"]').textContent;
      }).join(", ");
    }
    function said(mark) {
      var key = '.key[data-theme="' + theme + '"] [data-word="' + word(mark) + '"] .label';
      return box.querySelector("figure:not([hidden]) " + key).textContent;
    }

    /* Marks a council in both pictures, with a tip to the lower right: of a hexagon's middle, or of
       the pointer, which so comes onto it without leaving the council. */
    function show(mark, pointer) {
      if (mark === current) { return; }
      current = mark;
      tip.hidden = !mark;
      all(".on", function (one) { one.classList.remove("on"); });
      if (!mark) { return; }
      all('[data-at~="' + slugs(mark)[0] + '"]', function (one) {
        one.classList.add("on");
        if (one.localName === "path") { one.parentNode.appendChild(one); } /* above the others */
      });
      tip.firstChild.textContent = name(mark);
      tip.lastChild.textContent = said(mark);
      var at = mark.getBoundingClientRect(), around = box.getBoundingClientRect();
      var x = at.left + at.width / 2, y = at.bottom - at.height / 4;
      if (pointer && mark.localName === "path") { x = pointer.clientX + 4; y = pointer.clientY + 4; }
      x = Math.min(x - around.left, around.width - tip.offsetWidth);
      tip.style.left = Math.max(0, x) + "px";
      tip.style.top = y - around.top + "px";
    }

    function open(mark) {
      var its = slugs(mark);
      window.location.href = its[1] ? "#together-" + its[0] : path(its[0]);
    }

    function place(mark) {
      return [Math.floor(mark.getAttribute("x") / 52 - 0.5), Math.round(mark.getAttribute("y") / 45)];
    }

    /* The nearest in a direction, rows and columns counted: down and up again lead back. */
    function next(marks, from, key) {
      var axis = key === "ArrowUp" || key === "ArrowDown" ? 1 : 0;
      var way = key === "ArrowUp" || key === "ArrowLeft" ? -1 : 1;
      var start = place(from), best = from, least = Infinity;
      marks.forEach(function (mark) {
        var to = place(mark), ahead = way * (to[axis] - start[axis]);
        var far = ahead + 3 * Math.abs(to[1 - axis] - start[1 - axis]);
        if (ahead > 0 && far < least) { least = far; best = mark; }
      });
      return best;
    }

    function keyboard(figure) {
      var area = figure.querySelector(".scroll"), svg = area.firstElementChild;
      var marks = Array.from(svg.querySelectorAll("[data-at]")), at;
      function stop(mark) {
        if (at && at !== mark) {
          ["tabindex", "role", "aria-label"].forEach(function (its) { at.removeAttribute(its); });
        }
        at = mark;
        at.setAttribute("tabindex", "0");
        at.setAttribute("role", "link");
        at.setAttribute("aria-label", name(at) + ": " + said(at));
      }
      svg.setAttribute("role", "application");
      svg.setAttribute("aria-label", "Map of councils as hexagons");
      /* An <svg> that listens for the focus itself would be a tab stop too. */
      area.addEventListener("focusin", function (event) { stop(event.target); show(at); });
      area.addEventListener("focusout", function () { show(null); });
      area.addEventListener("keydown", function (event) {
        if (event.key === "Enter") { open(at); }
        if (event.key.indexOf("Arrow") || event.altKey || event.ctrlKey || event.metaKey) { return; }
        event.preventDefault();
        var to = next(marks, at, event.key);
        to.setAttribute("tabindex", "0");
        to.focus();
      });
      return function () { stop(at || marks[0]); };
    }

    var figures = Array.from(box.querySelectorAll("figure")), stops = figures.map(keyboard);

    function choose() {
      var tier = box.querySelector("[name=tier]:checked").value;
      theme = +box.querySelector("[name=theme]:checked").value;
      show(null);
      all("[data-at]", function (mark) {
        if (mark.localName === "use") { mark.setAttribute("href", "#h-" + word(mark)); }
        else { mark.setAttribute("fill", "url(#p-" + word(mark) + ")"); }
      });
      all(".key", function (one) { one.hidden = +one.dataset.theme !== theme; });
      each(figures, function (one, index) {
        one.hidden = one.dataset.tier !== tier;
        if (!one.hidden) { stops[index](); }
      });
    }

    box.addEventListener("change", choose);
    box.addEventListener("pointermove", function (event) {
      if (tip.contains(event.target) || event.pointerType === "touch") { return; }
      show(event.target.closest("[data-at]"), event);
    });
    box.addEventListener("pointerleave", function (event) {
      if (event.pointerType !== "touch") { show(null); }
    });
    box.addEventListener("click", function (event) {
      var mark = tip.contains(event.target) ? current : event.target.closest("[data-at]");
      if (event.pointerType === "touch" && mark !== current) { show(mark, event); }
      else if (mark) { open(mark); }
    });
    document.addEventListener("keydown", function (event) {
      if (event.key === "Escape") { tip.hidden = true; }
    });
    box.classList.add("live");
    all(".choices", function (one) { one.hidden = false; });
    choose();
    all(".scroll", function (one) { one.scrollLeft = one.scrollWidth / 4; });
  }

  each(document.querySelectorAll("[data-filter]"), filter);
  each(document.querySelectorAll("#map-box"), map);
  each(document.querySelectorAll("th[data-sort]"), sortable);
  var box = document.getElementById("compare");
  if (box) { compare(box); }
}());
