// Two hosts that take the same stopped run at the same moment: one gets it, the other is told who has it.
import { against, begin, type Fault, inspect } from './fault';

export const twoHosts: Fault = {
  name: 'two hosts on one run folder',

  async run(bench, tries) {
    const runs = bench.folder();
    const hosts = [bench.host(), bench.host()] as const;
    const straight = await begin(hosts[0], runs);
    await hosts[0].ended(straight);
    const folder = await begin(hosts[0], runs);
    await hosts[0].steps(folder, 15);
    await hosts[0].ask('runs/stop', { folder });
    const [lost, unreadable]: [string[], string[]] = [[], []];
    const messages = new Set<string>();
    for (let attempt = 1; attempt <= tries; attempt++) {
      const claims = await Promise.allSettled(hosts.map((host) => host.ask('runs/resume', { folder })));
      const winner = claims.findIndex(({ status }) => status === 'fulfilled');
      const winners = claims.filter(({ status }) => status === 'fulfilled').length;
      if (winners !== 1) lost.push(`try ${attempt}: ${winners} hosts got the run`);
      for (const claim of claims)
        if (claim.status === 'rejected')
          messages.add(
            (claim.reason as Error).message.replace(folder, '…').replace(/process \d+/, 'process …'),
          );
      if (winner < 0) continue;
      if (attempt < tries) await hosts[winner]!.ask('runs/stop', { folder });
      else await hosts[winner]!.ended(folder);
      for (const line of await inspect(folder)) unreadable.push(`try ${attempt}: ${line}`);
    }
    return { tries, lost, unreadable, messages: [...messages], end: await against(straight, folder) };
  },
};
