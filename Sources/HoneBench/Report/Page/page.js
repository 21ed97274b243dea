"use strict";
// Shows the items. What the reader chose stands in the address behind "#items", so that a view can
// be kept as a bookmark. Texts of runs only ever become text nodes.
(() => {
  const root = document.documentElement;
  window.addEventListener("error", (event) => { root.dataset.error = event.message; });

  const byId = (id) => document.getElementById(id);
  const data = JSON.parse(byId("data").textContent);
  const { columns, seeds, tasks } = data;
  const form = byId("filter");
  const perPage = 20;

  const element = (name, style, ...children) => {
    const result = document.createElement(name);
    if (style) result.className = style;
    result.append(...children);
    return result;
  };

  // MARK: The answers

  /** The answer of a column under a seed: null, "shown", or {text, score, read, votes}. */
  const answer = (task, item, column, seed) => {
    const place = item[3][column * seeds.length + seed];
    if (place === 0) return null;
    if (place === -1) return "shown";
    const [text, score, read, votes] = task.answers[place - 1];
    return { text, score, read, votes };
  };
  const isAnswer = (value) => value !== null && value !== "shown";
  const isRight = (value) => isAnswer(value) && value.score >= 1;
  const isWrong = (value) => isAnswer(value) && value.score < 1;
  const input = (task, item) => item[1].map((piece) => task.pieces[piece]).join("");

  // The page's figures were computed elsewhere: count again, out of the answers that it shows.
  const verify = () => {
    const same = (a, b) => (a === null ? b === null : b !== null && Math.abs(a - b) < 1e-9);
    let isSame = true;
    columns.forEach((column, c) => {
      let attempted = 0;
      const means = [];
      for (const task of tasks) {
        let sum = 0;
        let count = 0;
        for (const item of task.items) {
          for (let s = 0; s < seeds.length; s++) {
            const value = answer(task, item, c, s);
            if (!isAnswer(value)) continue;
            sum += value.score;
            count += 1;
          }
        }
        const mean = count > 0 ? sum / count : null;
        if (!same(mean, task.figures[c])) isSame = false;
        if (mean !== null) means.push(mean);
        attempted += count;
      }
      const average = means.length > 0 ? means.reduce((a, b) => a + b, 0) / means.length : null;
      if (!same(average, column.average) || attempted !== column.attempted) isSame = false;
    });
    root.dataset.verified = isSame ? "yes" : "no";
    if (!isSame) {
      byId("trouble").textContent =
        "The answers in this page do not give its figures: it was changed or is damaged.";
      byId("trouble").hidden = false;
    }
  };

  // MARK: The choice

  const shows = [
    ["all", "all items"], ["right", "right"], ["wrong", "wrong"], ["missing", "without an answer"],
    ["flipped", "flipped"], ["gained", "gained: right, the other wrong"],
    ["lost", "lost: wrong, the other right"],
  ];
  const pairwise = ["flipped", "gained", "lost"];
  const choice = { task: -1, seed: -1, column: -1, against: -1, show: "all", find: "", page: 0 };

  const readAddress = () => {
    const [place, ...parts] = location.hash.slice(1).split("&");
    if (place !== "items") return false;
    const query = new URLSearchParams(parts.join("&"));
    const index = (key, count) => {
      const value = Number(query.get(key) ?? -1);
      return Number.isInteger(value) && value >= 0 && value < count ? value : -1;
    };
    choice.task = index("task", tasks.length);
    choice.seed = index("seed", seeds.length);
    choice.column = index("column", columns.length);
    choice.against = index("against", columns.length);
    choice.show = shows.some(([key]) => key === query.get("show")) ? query.get("show") : "all";
    choice.find = query.get("find") ?? "";
    choice.page = Math.max(0, index("page", 1e9));
    return true;
  };

  const writeAddress = () => {
    const query = new URLSearchParams();
    for (const key of ["task", "seed", "column", "against"]) {
      if (choice[key] >= 0) query.set(key, choice[key]);
    }
    if (choice.show !== "all") query.set("show", choice.show);
    if (choice.find) query.set("find", choice.find);
    if (choice.page > 0) query.set("page", choice.page);
    const text = query.toString();
    // A page opened as a file may have no history to write to.
    try { history.replaceState(null, "", "#items" + (text ? "&" + text : "")); } catch { }
  };

  const fill = (select, all, names) => {
    const option = (value, text) => {
      const result = element("option", "", text);
      result.value = value;
      return result;
    };
    select.replaceChildren(...(all ? [option(-1, all)] : []), ...names.map((name, place) =>
      Array.isArray(name) ? option(name[0], name[1]) : option(place, name)));
  };

  const fillForm = () => {
    const titles = columns.map((column) => column.title);
    fill(form.elements.task, "all", tasks.map((task) => task.name));
    fill(form.elements.seed, "all", seeds);
    fill(form.elements.column, "any", titles);
    fill(form.elements.against, "none", titles);
    fill(form.elements.show, "", shows);
  };

  const showForm = () => {
    for (const key of ["task", "seed", "column", "against", "show", "find"]) {
      form.elements[key].value = choice[key];
    }
  };

  /** Makes the choice one that has a meaning. */
  const settle = () => {
    if (choice.against >= 0 && choice.column < 0) {
      choice.column = columns.findIndex((_, place) => place !== choice.against);
    }
    if (choice.against === choice.column) choice.against = -1;
    if (pairwise.includes(choice.show) && choice.against < 0) {
      if (columns.length < 2) choice.show = "all";
      else {
        if (choice.column < 0) choice.column = columns.length - 1;
        choice.against = choice.column === 0 ? 1 : 0;
      }
    }
  };

  // MARK: The items

  const chosenSeeds = () => (choice.seed >= 0 ? [choice.seed] : seeds.map((_, place) => place));
  const chosenColumns = () =>
    choice.column >= 0 ? [choice.column] : columns.map((_, place) => place);

  const flip = (task, item, seed) => {
    const one = answer(task, item, choice.column, seed);
    const other = answer(task, item, choice.against, seed);
    if (!isAnswer(one) || !isAnswer(other) || isRight(one) === isRight(other)) return "";
    return isRight(one) ? "gained" : "lost";
  };

  const matches = (task, item, words) => {
    if (words) {
      const text = (input(task, item) + "\n" + item[2] + "\n" + item[0]).toLowerCase();
      if (!text.includes(words)) return false;
    }
    if (choice.show === "all") return true;
    const some = (test) => chosenSeeds().some((seed) => chosenColumns().some((column) =>
      test(answer(task, item, column, seed))));
    switch (choice.show) {
      case "right": return some(isRight);
      case "wrong": return some(isWrong);
      case "missing": return some((value) => value === null);
      case "flipped": return chosenSeeds().some((seed) => flip(task, item, seed) !== "");
      default: return chosenSeeds().some((seed) => flip(task, item, seed) === choice.show);
    }
  };

  const chip = (column, style) =>
    element("span", `name c${column % 8} ${style}`.trim(), columns[column].title);

  const answerElement = (value, seed) => {
    const result = element("span", "answer");
    if (seeds.length > 1) result.append(element("span", "seed", seeds[seed]));
    if (value === null) result.append(element("span", "none", "no answer"));
    else if (value === "shown") result.append(element("span", "none", "shown as a demonstration"));
    else {
      const mark = element("span", "mark " + (isRight(value) ? "r" : "w"), isRight(value) ? "✓" : "✗");
      mark.setAttribute("role", "img");
      mark.setAttribute("aria-label", isRight(value) ? "right" : "wrong");
      result.append(mark, value.text === "" ? element("span", "none", "empty") : value.text);
      const more = [];
      if (value.score > 0 && value.score < 1) more.push("score " + value.score.toFixed(2));
      const plain = (text) => text.trim().toLowerCase();
      if (value.read !== undefined && plain(value.read) !== plain(value.text)) {
        more.push(value.read === "" ? "nothing found in it" : "read as " + value.read);
      }
      if (value.votes) more.push("votes: " + value.votes);
      if (more.length > 0) result.append(element("span", "more", ` (${more.join("; ")})`));
    }
    return result;
  };

  const itemElement = (task, item) => {
    const answers = element("div", "answers");
    columns.forEach((_, column) => {
      const values = chosenSeeds().map((seed) => [answer(task, item, column, seed), seed]);
      const shown = values.filter(([value]) => value !== null);
      const isChosen = column === choice.column || column === choice.against;
      answers.append(
        element("div", "who", chip(column, isChosen ? "chosen" : "")),
        element("div", "what", ...(shown.length > 0
          ? shown.map(([value, seed]) => answerElement(value, seed))
          : [element("span", "none", "no answer")])));
    });
    return element("article", "card item",
      element("h3", "", `${task.name} · item ${item[0]}`),
      element("pre", "", input(task, item)),
      element("p", "expected", element("span", "", "expected: "), item[2]),
      answers);
  };

  const countText = (found) => {
    const parts = [`${found.toLocaleString("en")} ${found === 1 ? "item" : "items"}`];
    const some = choice.task >= 0 ? [tasks[choice.task]] : tasks;
    if (choice.column >= 0) {
      let right = 0;
      let count = 0;
      for (const task of some) {
        for (const item of task.items) {
          for (const seed of chosenSeeds()) {
            const value = answer(task, item, choice.column, seed);
            if (isRight(value)) right += 1;
            if (isAnswer(value)) count += 1;
          }
        }
      }
      parts.push(`${columns[choice.column].title}: ${right.toLocaleString("en")} right of ` +
        `${count.toLocaleString("en")} answers`);
    }
    return parts;
  };

  const showFlips = () => {
    const place = byId("flips");
    place.replaceChildren();
    if (choice.against < 0) return null;
    const list = element("ul");
    const sums = { gained: 0, lost: 0 };
    tasks.forEach((task, index) => {
      if (choice.task >= 0 && index !== choice.task) return;
      const counts = { gained: 0, lost: 0, "": 0 };
      for (const item of task.items) {
        for (const seed of chosenSeeds()) counts[flip(task, item, seed)] += 1;
      }
      sums.gained += counts.gained;
      sums.lost += counts.lost;
      if (choice.task >= 0 || counts.gained + counts.lost === 0) return;
      const button = element("button", "", task.name, " ",
        element("span", "better", `+${counts.gained}`), " ",
        element("span", "worse", `−${counts.lost}`));
      button.type = "button";
      button.addEventListener("click", () => {
        choice.task = index;
        if (!pairwise.includes(choice.show)) choice.show = "flipped";
        choice.page = 0;
        show();
      });
      list.append(element("li", "", button));
    });
    place.append(list);
    return sums;
  };

  const show = () => {
    settle();
    showForm();
    writeAddress();
    const words = choice.find.trim().toLowerCase();
    const found = [];
    tasks.forEach((task, index) => {
      if (choice.task >= 0 && index !== choice.task) return;
      for (const item of task.items) if (matches(task, item, words)) found.push([task, item]);
    });
    const sums = showFlips();
    const parts = countText(found.length);
    if (sums) {
      parts.push(`against ${columns[choice.against].title}: ${sums.gained.toLocaleString("en")} ` +
        `gained, ${sums.lost.toLocaleString("en")} lost`);
    }
    byId("count").textContent = parts.join(" · ");
    const pages = Math.max(1, Math.ceil(found.length / perPage));
    choice.page = Math.min(choice.page, pages - 1);
    const first = choice.page * perPage;
    byId("list").replaceChildren(...found.slice(first, first + perPage)
      .map(([task, item]) => itemElement(task, item)));
    byId("pages").hidden = pages < 2;
    byId("page").textContent = `${choice.page + 1} of ${pages}`;
    byId("previous").disabled = choice.page === 0;
    byId("next").disabled = choice.page + 1 >= pages;
  };

  const turn = (by) => {
    choice.page += by;
    show();
    byId("items").scrollIntoView();
  };

  // On a phone the reader unfolds what is wanted; paper cannot be unfolded.
  const unfold = (isOpen) => {
    for (const details of document.querySelectorAll("details")) details.open = isOpen;
  };
  if (window.matchMedia("(max-width: 44rem)").matches) unfold(false);
  window.addEventListener("beforeprint", () => unfold(true));

  fillForm();
  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", () => {
    for (const key of ["task", "seed", "column", "against"]) {
      choice[key] = Number(form.elements[key].value);
    }
    choice.show = form.elements.show.value;
    choice.find = form.elements.find.value;
    choice.page = 0;
    show();
  });
  byId("previous").addEventListener("click", () => turn(-1));
  byId("next").addEventListener("click", () => turn(1));
  window.addEventListener("hashchange", () => {
    if (!readAddress()) return;
    show();
    byId("items").scrollIntoView();
  });

  verify();
  const hasChoice = readAddress();
  const hash = location.hash;
  show();
  if (hasChoice) byId("items").scrollIntoView();
  // Showing the first items must not take the reader away from where the address led.
  else try { history.replaceState(null, "", hash || location.pathname + location.search); } catch { }
  root.dataset.ready = "yes";
})();
