"""attnpaint in Krita: a docker that paints the drawing layer with the colours of a reference picture."""

try:
    from krita import DockWidgetFactory, DockWidgetFactoryBase, Krita
except ImportError:  # outside Krita, where the parts that need none are tested
    Krita = None

if Krita is not None:
    from .docker import Docker

    Krita.instance().addDockWidgetFactory(
        DockWidgetFactory("attnpaint", DockWidgetFactoryBase.DockRight, Docker)
    )
