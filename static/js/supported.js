// Says to the stylesheet, before anything is drawn, that scripts run here. A classic script, as modules come too late.
document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) document.body.classList.add("nhsuk-frontend-supported");
