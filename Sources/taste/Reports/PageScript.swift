/// The few lines that make the map usable by keyboard. Everything else on the page works without them.
enum PageScript {
  /// Tells the name of the mark that is pointed at or focused; the arrow keys go to the nearest mark in their direction.
  static let text = """
    (()=>{const f=document.getElementById('map-field'),t=document.getElementById('map-told');if(!f)return;
    const all=[...f.querySelectorAll('.p')],at=p=>[+p.dataset.x,+p.dataset.y],shown=p=>getComputedStyle(p).display!=='none';
    const tell=p=>{t.textContent=p.getAttribute('aria-label')};
    let stop=all[0];const move=p=>{stop.tabIndex=-1;stop=p;p.tabIndex=0};
    f.addEventListener('focusin',e=>{const p=e.target.closest('.p');if(p){move(p);tell(p)}});
    f.addEventListener('pointerover',e=>{const p=e.target.closest('.p');if(p)tell(p)});
    const ways={ArrowLeft:[-1,0],ArrowRight:[1,0],ArrowUp:[0,-1],ArrowDown:[0,1]};
    f.addEventListener('keydown',e=>{const w=ways[e.key],p=e.target.closest('.p');if(!w||!p)return;e.preventDefault();
    const [x,y]=at(p);let best=null,least=Infinity;for(const q of all){if(q===p||!shown(q))continue;const [u,v]=at(q),
    along=(u-x)*w[0]+(v-y)*w[1],off=Math.abs((u-x)*w[1])+Math.abs((v-y)*w[0]);if(along<=0)continue;
    const d=along+2*off;if(d<least){least=d;best=q}}if(best)best.focus()});
    document.querySelectorAll('.switches input').forEach(i=>i.addEventListener('change',()=>{
    if(!shown(stop)){const q=all.find(shown);if(q)move(q)}}))})()
    """

  /// The hash by which the page allows these lines and no others.
  static let hash = "sha256-CK9p+8da62RxVmahpukogXRhup2LjMN9UrJkE7PSPyk="
}
