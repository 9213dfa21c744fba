import { forgetAccess, obtainAccess } from './access.ts'
import { openApi } from './api.ts'
import { door } from './door.ts'
import { openPage, type Places } from './page.ts'

const ENDED = 'the gateway was restarted, or 12 hours are over'

async function open(places: Places): Promise<void> {
  const { main } = places
  const access = await obtainAccess()
  if ('problem' in access) return main.replaceChildren(door(access.problem))
  openPage(openApi(access.token), places, () => {
    forgetAccess()
    main.replaceChildren(door(ENDED))
  })
}

const [main, live, about] = ['main', 'live', 'about'].map((id) => document.getElementById(id))
// They stand in index.html.
if (main && live && about) {
  void open({ main, live, about })
  // A link that is put into a tab that is open changes its fragment only.
  addEventListener('hashchange', () => location.reload())
}
