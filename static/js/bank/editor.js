/* The item editor: buttons beside lists and the preview work without a new page. The server draws
   both; what it sends is read as a document, for text must not become markup here. */
import { bind } from '../app.js';

const PAUSE = 900;

for (const form of document.querySelectorAll('[data-item-editor]')) enhance(form);

function enhance(form) {
  let timer;
  let running;
  let drawing; // the command that draws the fields anew, until its answer is there
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(() => send('refresh', ['[data-editor-preview]']), PAUSE);
  };
  // what is typed before the answer comes must be in it, or it would be overwritten
  form.addEventListener('input', () => (drawing ? send(...drawing) : later()));
  form.addEventListener('change', (event) => {
    if (event.target.matches('[data-refresh]')) send('refresh', ['[data-editor-fields]', '[data-editor-preview]']);
  });
  form.addEventListener('click', (event) => {
    const button = event.target.closest('button[name=do]');
    if (!button || button.value === 'save') return;
    event.preventDefault();
    send(button.value, ['[data-editor-fields]', '[data-editor-preview]']);
  });

  function send(command, parts) {
    clearTimeout(timer);
    running?.abort();
    drawing = parts.length > 1 ? [command, parts] : undefined;
    const data = new FormData(form);
    data.set('do', command);
    if (command !== 'upload') data.delete('upload.file');
    running = new XMLHttpRequest();
    running.open('POST', form.action);
    running.responseType = 'document';
    running.addEventListener('load', (event) => {
      drawing = undefined;
      const page = event.target.response;
      if (event.target.status === 200 && page) replace(page, parts, command);
      else form.requestSubmit(form.querySelector('button[value=refresh]'));
    });
    running.addEventListener('error', () => { drawing = undefined; });
    running.send(data);
  }

  function replace(page, parts, command) {
    const focused = document.activeElement?.id;
    for (const part of parts) {
      const fresh = page.querySelector(part);
      if (!fresh) continue;
      const here = document.adoptNode(fresh);
      form.querySelector(part).replaceWith(here);
      bind(here);
    }
    if (parts.length > 1) focus(command, focused);
  }

  /* After adding: the new row. After moving or removing: the list. Otherwise: where you were. */
  function focus(command, before) {
    const [verb, path = ''] = command.split(':');
    const list = document.getElementById(verb === 'add' ? path : path.replace(/\.\d+$/, ''));
    if (verb === 'add') list?.querySelector(':scope > .optrow:last-of-type :is(textarea, select, input.input)')?.focus();
    else if (list) list.focus();
    else if (before) document.getElementById(before)?.focus();
  }
}
