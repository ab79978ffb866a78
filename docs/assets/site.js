// What the theme makes on the page gets a name and can be reached by the keyboard.
(() => {
  const mend = () => {
    document.querySelectorAll(".md-code__nav:not([aria-label])").forEach((nav, n) => nav.setAttribute("aria-label", `Code ${n + 1}`));
    document.querySelectorAll(".md-typeset__scrollwrap, pre > code, .derived").forEach((box) => {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    });
  };
  new MutationObserver(mend).observe(document.documentElement, { childList: true, subtree: true });
  addEventListener("resize", mend);
  mend();
})();
