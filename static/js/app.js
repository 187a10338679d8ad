/* Binds behaviours to what the page holds; each page works without them. */
const behaviours = {
  'areas': '[data-areas]',
  'confirm': '[data-confirm]',
  'copy': '[data-copy]',
  'dialog': 'dialog',
  'disclosure': '[data-open-wide]',
  'dropzone': '[data-drop]',
  'error-summary': '[data-error-summary]',
  'filter': '[data-filter]',
  'hotspot': '[data-hotspot]',
  'menu': 'details.menu',
  'pieces': '[data-pieces]',
  'rail': '.rail',
  'select-all': '[data-select-all]',
  'sortable': '[data-order]',
  'tabs': '[data-tabs]',
  'term': '.term[data-term]',
  'theme': '[data-theme-toggle]',
  'toast': '[data-toast]',
  'toolbar': '[role=toolbar]',
  'words': 'textarea[data-words]',
};

/* Bind what is inside `root`; call it again for parts that arrive later. */
export async function bind(root) {
  const wanted = Object.entries(behaviours).filter(([, selector]) => root.querySelector(selector));
  await Promise.all(wanted.map(async ([name, selector]) => {
    const behaviour = await import(`./behaviours/${name}.js`);
    for (const element of root.querySelectorAll(selector)) {
      if (!element.dataset.bound?.includes(name)) {
        element.dataset.bound = `${element.dataset.bound ?? ''} ${name}`.trim();
        behaviour.bind(element);
      }
    }
  }));
  document.documentElement.dataset.ready = '';
}

bind(document);
