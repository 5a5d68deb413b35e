// Every view in every kind of theme, as pictures to look at; and nothing that the page's policy refuses.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Harness, hasChromium, type ViewHandlers } from './webviews/harness';
import { engines, latencyReport } from './webviews/latency';
import { channelLayers, maskPage, type PrunedLayer, twoFourLayers } from './webviews/masks';
import { finishedRun, metricsUpTo, totalSteps } from './webviews/runs';
import { editorThemes } from './webviews/themes';

const masked = (layers: readonly PrunedLayer[], title: string): Partial<ViewHandlers> => ({
  'view/ready': () => ({ view: 'mask', folder: '/runs/1', title, layers: layers.map(({ layer }) => layer) }),
  'masks/page': (request) =>
    maskPage(
      layers.find(({ layer }) => layer.param === request.param)!,
      request,
    ),
});

const title24 = 'convnet · 2:4 magnitude';
const views = {
  mask: masked(twoFourLayers(), title24),
  latency: {
    'view/ready': () => ({
      view: 'latency',
      title: 'convnet · Channel pruning by BN scale',
      report: latencyReport(channelLayers(), 'channel'),
      engines,
    }),
  },
  run: {
    'view/ready': () => ({
      view: 'run',
      title: title24,
      record: finishedRun(),
      metrics: metricsUpTo(totalSteps),
    }),
  },
} satisfies Record<string, Partial<ViewHandlers>>;

describe.skipIf(!hasChromium)('pictures of the views', () => {
  let harness: Harness;
  beforeAll(async () => void (harness = await Harness.start()));
  afterAll(() => harness.stop());

  for (const theme of editorThemes) {
    const name = theme.name.toLowerCase().replaceAll(' ', '-');
    for (const kind of ['mask', 'latency', 'run'] as const) {
      it(`draws the ${kind} view in ${theme.name}`, async () => {
        const view = await harness.open(kind, views[kind], {
          theme,
          state: { param: 'layers.2.conv1.weight', mode: 'weights' },
        });
        if (kind === 'mask') await view.page.getByText('each cell is one weight').waitFor();
        await view.screenshot(`${kind}-${name}`);
        expect(view.problems).toEqual([]);
        await view.close();
      });
    }
  }

  it('draws single groups, channels, a live run, a report without a speed-up, and narrow panels', async () => {
    const shots: [string, 'mask' | 'latency' | 'run', Partial<ViewHandlers>, number, number, unknown?][] = [
      [
        'mask-zoomed',
        'mask',
        views.mask,
        1120,
        820,
        { param: 'layers.2.conv1.weight', mode: 'weights', viewport: { x: 40, y: 12, scale: 46 } },
      ],
      [
        'mask-channels',
        'mask',
        masked(channelLayers(), 'convnet · Channel pruning by BN scale'),
        1120,
        820,
        { param: 'layers.1.conv1.weight' },
      ],
      ['mask-narrow', 'mask', views.mask, 520, 900],
      [
        'latency-no-speedup',
        'latency',
        {
          'view/ready': () => ({
            view: 'latency',
            title: title24,
            report: latencyReport(twoFourLayers(), '2:4'),
            engines,
          }),
        },
        1120,
        980,
      ],
      ['latency-narrow', 'latency', views.latency, 520, 900],
      [
        'latency-empty',
        'latency',
        { 'view/ready': () => ({ view: 'latency', title: title24, report: null, engines }) },
        900,
        500,
      ],
      ['run-narrow', 'run', views.run, 520, 1100],
    ];
    for (const [name, kind, given, width, height, state] of shots) {
      const view = await harness.open(kind, given, { width, height, state });
      await view.screenshot(name);
      expect(view.problems).toEqual([]);
      await view.close();
    }
  });
});
