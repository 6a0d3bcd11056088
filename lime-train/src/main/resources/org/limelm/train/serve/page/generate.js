'use strict';
// Generation, streamed, with a plan of tags for models that predict the tags they read.
(() => {
  const {$, element, call, say, painted, analyse} = lime;
  const pause = 500; // milliseconds after the last change of a plan
  let models = [];
  let running = null;
  let timer = 0;

  const model = () => models.find(known => known.id === $('generate-model').value);

  function showPalette() {
    const tags = model().lime.tables[$('plan-feature').value] || [];
    const symbols = ['.', '*', '+', '?', '|', '(', ')'];
    $('plan-tags').replaceChildren(
      ...symbols.map(symbol => element('button', {type: 'button', class: 'symbol'}, symbol)),
      ...tags.filter(tag => tag !== 'NONE').map(tag =>
        element('button', {type: 'button', ...painted(tag)}, tag)));
  }

  function showModel() {
    const facts = model().lime;
    $('plan-area').hidden = !facts.predicts_tags;
    $('no-plan').hidden = facts.predicts_tags;
    $('no-plan').textContent = `${facts.arm} reads `
      + (Object.keys(facts.tables).length ? 'the annotator\'s tags' : 'no tags')
      + '; a plan of tags needs a model such as lime+1 with nextTags.';
    $('plan-feature').replaceChildren(
      ...Object.keys(facts.tables).map(name => element('option', {value: name}, name)));
    if (facts.predicts_tags) showPalette();
  }

  function request() {
    const facts = model().lime;
    const body = {
      model: model().id, prompt: $('prompt').value, stream: true,
      max_tokens: Number($('max-tokens').value), temperature: Number($('temperature').value),
      top_k: 40, seed: Number($('seed').value)
    };
    const plan = $('plan').value.trim();
    if (facts.predicts_tags && plan) body.plan = `${$('plan-feature').value}:${plan}`;
    // Tags of whole sentences are not available during generation.
    if (facts.annotation === 'full' && !facts.predicts_tags && Object.keys(facts.tables).length) {
      body.annotation = 'causal';
    }
    return body;
  }

  async function* events(answer) {
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let buffer = '';
    for (;;) {
      const {done, value} = await reader.read();
      if (done) return;
      buffer += value;
      const parts = buffer.split('\n\n');
      buffer = parts.pop();
      for (const part of parts) {
        const data = part.slice('data: '.length);
        if (data !== '[DONE]') yield JSON.parse(data);
      }
    }
  }

  async function generate(event) {
    if (event) event.preventDefault();
    if (running) running.abort();
    const mine = new AbortController();
    running = mine;
    $('stop').disabled = false;
    say('generate-status', 'Generating …');
    const body = request();
    const written = element('span', {class: 'new'});
    $('output').replaceChildren(element('span', {class: 'prompt'}, body.prompt), written);
    try {
      let reason = '';
      let tags = '';
      for await (const part of events(await call('v1/completions', body, mine.signal))) {
        if (part.error) throw new Error(part.error.message);
        for (const choice of part.choices) {
          written.append(choice.text);
          reason = choice.finish_reason || reason;
        }
        if (part.lime && part.lime.generated) {
          tags = `tags ${part.lime.generated.annotation}, ${part.lime.generated.origin}`;
        }
      }
      say('generate-status', `Ended by ${reason}; ${tags}.`);
    } catch (problem) {
      if (mine.signal.aborted) return;
      say('generate-status', problem.message, true);
    } finally {
      if (running === mine) {
        running = null;
        $('stop').disabled = true;
        $('inspect-output').disabled = $('output').textContent === '';
      }
    }
  }

  function planChanged() {
    clearTimeout(timer);
    if ($('plan-live').checked) timer = setTimeout(generate, pause);
  }

  document.addEventListener('models', event => {
    models = event.detail;
    $('generate-model').replaceChildren(
      ...models.map(known => element('option', {value: known.id}, `${known.id} (${known.lime.arm})`)));
    const planner = models.find(known => known.lime.predicts_tags);
    if (planner) $('generate-model').value = planner.id;
    showModel();
    $('generate-model').addEventListener('change', showModel);
    $('plan-feature').addEventListener('change', showPalette);
    $('plan').addEventListener('input', planChanged);
    $('plan-live').addEventListener('change', planChanged);
    $('generate-form').addEventListener('submit', generate);
    $('plan-tags').addEventListener('click', clicked => {
      if (clicked.target.tagName !== 'BUTTON') return;
      const symbol = clicked.target.classList.contains('symbol') && clicked.target.textContent !== '.';
      const plan = $('plan');
      plan.value = plan.value.trimEnd() + (symbol ? '' : ' ') + clicked.target.textContent;
      plan.value = plan.value.trimStart();
      planChanged();
    });
    $('stop').addEventListener('click', () => {
      if (running) running.abort();
      say('generate-status', 'Stopped.');
    });
    $('inspect-output').addEventListener('click', () => {
      $('text').value = $('output').textContent;
      analyse();
      $('text').focus();
    });
  });
})();
