import { obtainAccess } from './access.ts'
import { door } from './door.ts'

const main = document.querySelector('main') ?? document.body

async function open(): Promise<void> {
  const access = await obtainAccess()
  if ('problem' in access) main.replaceChildren(door(access.problem))
  else main.replaceChildren()
}

void open()
