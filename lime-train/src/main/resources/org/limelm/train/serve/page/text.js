'use strict';
// The text with its words, tags and pieces, and the loss per token of every selected model.
const lime = (() => {
  const $ = id => document.getElementById(id);
  const hottest = 8; // nats
  const none = 'NONE';
  let models = [];
  let results = [];

  function element(name, attributes, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (key.startsWith('--')) made.style.setProperty(key, value);
      else if (key === 'class') made.className = value;
      else made.setAttribute(key, value);
    }
    made.append(...children);
    return made;
  }

  // What gives an element the colour of a tag in words.css; TaggedWords computes the same hue.
  function painted(tag) {
    let hash = 0; // tags of one kind (NN, NNS, NNP) have similar hues
    for (const c of tag.slice(0, 2)) hash = (hash * 31 + c.charCodeAt(0)) % 997;
    return {'data-tag': tag, '--hue': (hash * 47) % 360, '--light': `${78 + 3 * (tag.length % 4)}%`};
  }

  async function call(path, body, signal) {
    const answer = await fetch(path, body === undefined ? {} : {
      method: 'POST', headers: {'Content-Type': 'application/json'},
      body: JSON.stringify(body), signal
    });
    if (!answer.ok) {
      const problem = await answer.json().catch(() => ({}));
      throw new Error(problem.error ? problem.error.message : `status ${answer.status}`);
    }
    return answer;
  }

  function say(id, message, isError) {
    $(id).textContent = message;
    $(id).classList.toggle('error', Boolean(isError));
  }

  const mode = () => document.querySelector('input[name=mode]:checked').value;
  const visible = text => text.replace(/\n/g, '⏎\n').replace(/\t/g, '⇥');
  const label = tag => tag.replace(/^[BI]-/, '');

  // A word's tags in mode causal are those of its last piece, when all of it was known.
  function wordTags(result, index) {
    if (mode() === 'full') return result.words[index].full;
    const own = result.pieces.filter(piece => piece.word === index);
    return own.length ? own[own.length - 1].causal : result.words[index].full;
  }

  function showWords(result) {
    const pos = result.features.indexOf('pos');
    const ner = result.features.indexOf('ner');
    const others = result.features.map((name, i) => i).filter(i => i !== pos && i !== ner);
    const box = $('words');
    box.replaceChildren();
    let entity = null;
    let previous = none;
    result.words.forEach((word, index) => {
      const tags = wordTags(result, index);
      const own = result.pieces.filter(piece => piece.word === index);
      const shown = element('span', {class: 'word', role: 'listitem'},
        element('span', {class: 'text'}, word.text));
      if (pos >= 0) {
        shown.append(element('span',
          {class: 'pos', ...painted(tags[pos]), title: `pos: ${tags[pos]}`}, tags[pos]));
      }
      for (const i of others) {
        if (tags[i] !== none) {
          shown.append(element('span', {class: 'pos', ...painted(tags[i]),
            title: `${result.features[i]}: ${tags[i]}`}, tags[i]));
        }
      }
      const pieces = element('span', {class: 'pieces', 'aria-label': 'pieces'});
      if (own.length > 1) own.forEach(piece => pieces.append(element('span', {}, piece.text)));
      if (own.length > 1) shown.append(pieces);
      const tag = ner >= 0 ? tags[ner] : none;
      if (tag === none) {
        entity = null;
        box.append(shown);
      } else {
        const goesOn = entity && !tag.startsWith('B-') && label(previous) === label(tag);
        if (goesOn) {
          entity.insertBefore(shown, entity.lastChild);
        } else {
          entity = element('span', {class: 'entity', ...painted(label(tag)), role: 'group',
            'aria-label': `entity ${label(tag)}`}, shown, element('b', {}, label(tag)));
          box.append(entity);
        }
      }
      previous = tag;
    });
  }

  function tip(piece, result) {
    const box = element('div', {});
    const tags = result.features.map((name, i) => `${name} ${piece[mode()][i]}`).join(', ');
    box.append(element('p', {}, `${visible(piece.text)} · ${(-piece.logprob).toFixed(2)} nats · `
      + `probability ${share(piece.logprob)}`), element('p', {class: 'note'}, tags));
    const table = element('table', {});
    const rows = piece.top.slice();
    if (!rows.some(row => row.id === piece.id)) rows.push(piece);
    for (const row of rows) {
      const bar = element('i', {});
      bar.style.width = `${100 * Math.exp(row.logprob)}%`;
      table.append(element('tr', row.id === piece.id ? {class: 'own'} : {},
        element('td', {}, visible(row.text)), element('td', {}, share(row.logprob)),
        element('td', {class: 'bar'}, bar)));
    }
    box.append(table);
    return box;
  }

  const share = logprob => {
    const percent = 100 * Math.exp(logprob);
    return percent >= 0.1 ? `${percent.toFixed(1)} %` : '< 0.1 %';
  };

  function showTip(token, piece, result) {
    const box = $('tip');
    box.replaceChildren(tip(piece, result));
    box.hidden = false;
    const at = token.getClientRects()[0];
    const left = Math.min(at.left, document.documentElement.clientWidth - box.offsetWidth - 8);
    box.style.left = `${Math.max(8, left) + window.scrollX}px`;
    box.style.top = `${at.bottom + 6 + window.scrollY}px`;
  }

  const hideTip = () => { $('tip').hidden = true; };

  function heat(result) {
    const box = element('div', {class: 'heat', role: 'group',
      'aria-label': `Tokens of ${result.model}; arrow keys move between them`});
    result.pieces.forEach((piece, index) => {
      const nats = -piece.logprob;
      const token = element('span', {
        class: 'token', tabindex: index === 0 ? '0' : '-1', role: 'img',
        '--heat': (0.85 * Math.min(1, nats / hottest)).toFixed(3),
        'aria-label': `${piece.text.trim() || 'space'}, ${nats.toFixed(2)} nats, most probable `
          + piece.top.slice(0, 3).map(row => `${row.text.trim() || 'space'} ${share(row.logprob)}`).join(', ')
      }, visible(piece.text));
      const show = () => showTip(token, piece, result);
      token.addEventListener('mouseenter', show);
      token.addEventListener('focus', show);
      token.addEventListener('mouseleave', hideTip);
      token.addEventListener('blur', hideTip);
      box.append(token);
    });
    box.addEventListener('keydown', event => {
      const all = [...box.children];
      const here = all.indexOf(document.activeElement);
      const step = {ArrowRight: 1, ArrowLeft: -1, Home: -all.length, End: all.length}[event.key];
      if (event.key === 'Escape') hideTip();
      if (here < 0 || step === undefined) return;
      event.preventDefault();
      const next = all[Math.max(0, Math.min(all.length - 1, here + step))];
      all[here].tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
    });
    return box;
  }

  function fact(name, value) {
    return element('div', {}, element('dt', {}, name), element('dd', {}, value));
  }

  function showRuns() {
    hideTip();
    $('runs').replaceChildren(...results.map(result => element('article',
      {class: 'run', 'data-model': result.model, 'aria-label': `Model ${result.model}`},
      element('h3', {}, result.model),
      element('dl', {}, fact('arm', result.arm), fact('loss', result.loss.toFixed(3)),
        fact('bits/byte', result.bits_per_byte.toFixed(3)), fact('tokens', String(result.tokens)),
        fact('reads', result.origin === 'none' ? 'no tags' : `${result.annotation} tags, ${result.origin}`)),
      heat(result))));
  }

  function show() {
    if (results.length === 0) return;
    showWords(results.find(result => result.origin !== 'none') || results[0]);
    showRuns();
  }

  async function analyse(event) {
    if (event) event.preventDefault();
    const chosen = [...document.querySelectorAll('#models input:checked')].map(box => box.value);
    if (chosen.length === 0) {
      say('status', 'Choose at least one model.', true);
      return;
    }
    say('status', 'Analysing …');
    $('analyse').disabled = true;
    try {
      const text = $('text').value;
      const answers = [];
      for (const model of chosen) {
        answers.push(await (await call('api/inspect', {text, model, top: 5})).json());
      }
      results = answers;
      show();
      const first = results[0];
      say('status', `${first.words.length} words, ${first.tokens} tokens, ${first.bytes} bytes.`);
    } catch (problem) {
      say('status', problem.message, true);
    } finally {
      $('analyse').disabled = false;
    }
  }

  async function start() {
    try {
      models = (await (await call('v1/models')).json()).data;
    } catch (problem) {
      say('status', problem.message, true);
      return;
    }
    models.forEach((model, index) => {
      const box = element('input', {type: 'checkbox', value: model.id});
      box.checked = index < 2;
      $('models').append(element('label', {}, box, ` ${model.id} (${model.lime.arm})`));
    });
    const trained = models[0].lime.annotation === 'full' ? 'full' : 'causal';
    document.querySelector(`input[name=mode][value=${trained}]`).checked = true;
    document.querySelectorAll('input[name=mode]').forEach(box => box.addEventListener('change', show));
    document.querySelectorAll('#models input').forEach(box => box.addEventListener('change', () => analyse()));
    $('text-form').addEventListener('submit', analyse);
    $('text').addEventListener('keydown', event => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) analyse(event);
    });
    document.dispatchEvent(new CustomEvent('models', {detail: models}));
    await analyse();
  }

  document.addEventListener('DOMContentLoaded', start);
  return {$, element, call, say, painted, analyse};
})();
