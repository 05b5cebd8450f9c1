/* On the comment form's own page: focus on what went wrong, a count of characters, a question before text is lost. */
const form = document.querySelector("form[data-comment-form]");
const body = form?.querySelector("[data-comment-body]");

document.querySelector(".error-summary")?.focus();

if (form && body) {
  const count = document.createElement("p");
  count.className = "comment-form__count";
  const words = form.dataset.countWords ?? "{n}";
  const show = () => {
    count.textContent = words.replace("{n}", String([...body.value].length));
  };
  body.after(count);
  body.addEventListener("input", show);
  show();

  let written = body.value;
  form.addEventListener("submit", () => {
    written = null;
  });
  window.addEventListener("beforeunload", (event) => {
    if (written !== null && body.value !== written && body.value.trim() !== "") {
      event.preventDefault();
    }
  });
}
