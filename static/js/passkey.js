/* Passkey ceremonies: the form holds the server's options, the answer goes back in it. */
const decode = (text) => Uint8Array.from(
  atob(text.replaceAll('-', '+').replaceAll('_', '/')), (sign) => sign.charCodeAt(0));

const encode = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

const named = (list) => (list ?? []).map((entry) => ({ ...entry, id: decode(entry.id) }));

async function create(options) {
  const made = await navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: decode(options.challenge),
      user: { ...options.user, id: decode(options.user.id) },
      excludeCredentials: named(options.excludeCredentials),
    },
  });
  return {
    ...identity(made),
    response: {
      attestationObject: encode(made.response.attestationObject),
      clientDataJSON: encode(made.response.clientDataJSON),
      transports: made.response.getTransports?.() ?? [],
    },
  };
}

async function get(options) {
  const shown = await navigator.credentials.get({
    publicKey: {
      ...options,
      challenge: decode(options.challenge),
      allowCredentials: named(options.allowCredentials),
    },
  });
  const { authenticatorData, clientDataJSON, signature, userHandle } = shown.response;
  return {
    ...identity(shown),
    response: {
      authenticatorData: encode(authenticatorData),
      clientDataJSON: encode(clientDataJSON),
      signature: encode(signature),
      userHandle: userHandle && encode(userHandle),
    },
  };
}

const identity = (credential) => ({
  id: credential.id,
  rawId: encode(credential.rawId),
  type: credential.type,
});

const ceremonies = { create, get };

const isAddress = (host) => /^[\d.]+$|^\[/.test(host);

function problem(form, error) {
  if (isAddress(location.hostname)) return form.dataset.address;
  if (!globalThis.PublicKeyCredential) return form.dataset.unsupported;
  return error?.name === 'InvalidStateError' ? form.dataset.known : form.dataset.refused;
}

async function begin(form) {
  const message = form.querySelector('[data-problem]');
  message.hidden = true;
  try {
    const answer = await ceremonies[form.dataset.passkey](JSON.parse(form.dataset.options));
    form.elements.credential.value = JSON.stringify(answer);
    form.submit();
  } catch (error) {
    message.textContent = problem(form, error);
    message.hidden = false;
  }
}

for (const form of document.querySelectorAll('form[data-passkey]')) {
  form.querySelector('[data-begin]').addEventListener('click', () => begin(form));
  begin(form);
}
