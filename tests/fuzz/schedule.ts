/** One random schedule: who acts, who is cut off, what the network loses (随机调度). */
import type { Person } from './client.ts'
import { randomFrom, type Random } from './random.ts'
import { calm, type Faults } from './wire.ts'

const stormy = (random: Random): Faults => random.chance(0.3) ? calm : {
  drop: random.next() * 0.12, loseAnswer: random.next() * 0.12, duplicate: random.next() * 0.25, replay: random.next() * 0.2,
}

/** @param interrupt called between steps; the caller may kill and restart the server there */
export const runSchedule = async (seed: number, people: readonly Person[], steps: number, interrupt: (random: Random) => Promise<void>): Promise<void> => {
  const random = randomFrom(seed)
  for (const person of people) {
    person.line.setFaults(stormy(random))
    person.line.setOnline(random.chance(0.8))
  }
  for (let step = 0; step < steps; step += 1) {
    await interrupt(random)
    const person = random.pick(people)
    const dice = random.next()
    if (dice < 0.45) await person.act()
    else if (dice < 0.82) await person.engine().sync()
    else if (dice < 0.86) person.line.setOnline(random.chance(0.7))
    else if (dice < 0.93) await person.line.deliverLate()
    else if (dice < 0.97) await person.restart(random.chance(0.5) ? 'keepStore' : 'loseStore')
    // Two people at the same moment.
    else await Promise.all(people.slice(0, 3).map((one) => one.engine().sync()))
  }
}
