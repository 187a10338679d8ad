/* Turns in-page links into tabs: arrows, Home and End move and select. */
export function bind(box) {
  const list = box.querySelector('.tabs__list');
  const tabs = [...list.querySelectorAll('.tab')];
  const panels = tabs.map((tab) => document.getElementById(panelId(tab)));
  const start = Math.max(0, panels.findIndex((panel) => `#${panel.id}` === location.hash));
  list.setAttribute('role', 'tablist');
  tabs.forEach((tab, index) => {
    tab.setAttribute('role', 'tab');
    tab.setAttribute('aria-controls', panels[index].id);
    tab.removeAttribute('aria-current');
    panels[index].setAttribute('role', 'tabpanel');
    panels[index].setAttribute('aria-labelledby', tab.id);
    tab.addEventListener('click', (event) => {
      event.preventDefault();
      select(tabs, panels, index);
    });
    tab.addEventListener('keydown', (event) => move(event, tabs, panels, index));
  });
  select(tabs, panels, start);
  box.dataset.ready = '';
}

function panelId(tab) {
  return tab.getAttribute('aria-controls') ?? tab.getAttribute('href').slice(1);
}

function move(event, tabs, panels, index) {
  const next = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: tabs.length - 1 }[event.key];
  if (event.key === ' ') {
    event.preventDefault();
    select(tabs, panels, index);
  } else if (next !== undefined) {
    event.preventDefault();
    const target = (next + tabs.length) % tabs.length;
    select(tabs, panels, target);
    tabs[target].focus();
  }
}

function select(tabs, panels, chosen) {
  tabs.forEach((tab, index) => {
    tab.setAttribute('aria-selected', String(index === chosen));
    tab.tabIndex = index === chosen ? 0 : -1;
    panels[index].hidden = index !== chosen;
  });
}
