/** The seals of the other issuing organs on the pages (联合用印): where they are, or where they will be. */
import type { ReactNode } from 'react'
import type { Directory } from '#core/access'
import type { DocumentState } from '#core/route'
import { sealBox, useWords } from '../../paper/index.ts'
import { otherSeals, type OtherSeal } from './otherSeals.ts'

type Props = { readonly others: readonly OtherSeal[]; readonly page: number; readonly paper: { readonly width: number; readonly height: number }; readonly directory: Directory }

const Outlines = ({ others, page, paper, directory }: Props) => {
  const t = useWords()
  return others.filter(({ place }) => place.page === page).map(({ organId, look, place }) => (
    <div key={organId} className="wk-seal-other" data-look={look} style={sealBox(place, paper.width, paper.height)}>
      <span>{t(`seal.joint.mark.${look}`)} <b>{directory.organs[organId]?.shortName ?? organId}</b></span>
    </div>
  ))
}

/** As the pages ask for it; nothing where there is one organ. */
export const drawOthers = (state: DocumentState, own: string, directory: Directory): ((page: number) => ReactNode) | undefined => {
  const others = otherSeals(state, own)
  const paper = state.final?.sealGround?.paper
  return others.length === 0 || paper === undefined ? undefined : (page) => <Outlines others={others} page={page} paper={paper} directory={directory} />
}
