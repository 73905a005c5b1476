/** The style of the reference: one column of text beside the list of calls, light or dark as the reader has it. */
export const style = `
:root { color-scheme: light dark; --line: #8884; --dim: #888; --code: #8881; --link: #2563eb }
@media (prefers-color-scheme: dark) { :root { --link: #7aa7ff } }
* { box-sizing: border-box }
body { margin: 0; display: grid; grid-template-columns: 17rem minmax(0, 54rem); gap: 3rem; font: 16px/1.55 system-ui, sans-serif }
nav { position: sticky; top: 0; height: 100vh; overflow: auto; padding: 1.5rem; border-right: 1px solid var(--line); font-size: .875rem }
nav ul { list-style: none; margin: 0 0 1rem; padding: 0 }
nav a { display: block; padding: .15rem 0; color: inherit; overflow: hidden; text-overflow: ellipsis; white-space: nowrap }
main { padding: 1.5rem 1rem 6rem; min-width: 0 }
a { color: var(--link); text-decoration: none }
a:hover { text-decoration: underline }
h1 { margin: 0 } h2 { margin: 4rem 0 0 } h3 { margin: 0 0 .5rem; font-size: 1.05rem } h4 { margin: 1.5rem 0 .25rem }
section { padding: 2rem 0 1.5rem; border-bottom: 1px solid var(--line); scroll-margin-top: 1rem }
small { color: var(--dim) }
code { font: .875em/1.5 ui-monospace, monospace; background: var(--code); border-radius: 3px; padding: .1em .3em }
pre { overflow: auto; background: var(--code); border-radius: 6px; padding: .75rem 1rem }
pre code { background: none; padding: 0 }
table { width: 100%; border-collapse: collapse; font-size: .9rem }
td { vertical-align: top; padding: .4rem .75rem .4rem 0; border-top: 1px solid var(--line); overflow-wrap: anywhere }
summary { cursor: pointer; padding: .5rem 0 }
.method { font: 600 .75rem ui-monospace, monospace; border: 1px solid; border-radius: 4px; padding: .15rem .4rem }
.get { color: #1a7f37 } .post { color: #9a6700 } .put, .patch { color: #0550ae } .delete { color: #cf222e }
@media (max-width: 60rem) { body { display: block } nav { position: static; height: auto; border: 0 } }
`;
