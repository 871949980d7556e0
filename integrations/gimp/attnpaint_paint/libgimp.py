"""As much of GIMP 2.10's C library as the plug-in needs, by ctypes."""

import ctypes
import ctypes.util
import traceback

INT32, STRING, IMAGE, DRAWABLE, STATUS = 0, 4, 13, 16, 21  # of GimpPDBArgType
EXECUTION_ERROR, SUCCESS = 0, 3  # of GimpPDBStatusType
PLUGIN, NONINTERACTIVE, RGB = 1, 1, 0
NOBODY = -1  # no parent


class Failure(Exception):
    """One line for the user."""


class Data(ctypes.Union):
    _fields_ = (
        ("int32", ctypes.c_int32),
        ("text", ctypes.c_char_p),
        ("room", ctypes.c_double * 4),  # the largest member: a colour
    )


class Param(ctypes.Structure):
    _fields_ = (("type", ctypes.c_int), ("data", Data))


class ParamDef(ctypes.Structure):
    _fields_ = (("type", ctypes.c_int), ("name", ctypes.c_char_p), ("description", ctypes.c_char_p))


INIT = ctypes.CFUNCTYPE(None)
RUN = ctypes.CFUNCTYPE(
    None,
    ctypes.c_char_p,
    ctypes.c_int,
    ctypes.POINTER(Param),
    ctypes.POINTER(ctypes.c_int),
    ctypes.POINTER(ctypes.POINTER(Param)),
)


class PlugInInfo(ctypes.Structure):
    _fields_ = (("init", INIT), ("quit", INIT), ("query", INIT), ("run", RUN))


TAKES = (
    (INT32, b"run-mode", b"not looked at: the dialog asks"),
    (IMAGE, b"image", b"the image"),
    (DRAWABLE, b"drawable", b"the layer with the drawing"),
    (STRING, b"reference", b"file: a picture or a palette"),
    (STRING, b"finish", b"flat, painted or blend"),
    (STRING, b"program", b"file of attnpaint, or empty: looked for on the PATH"),
)


class Gimp:
    """name: of the procedure; act(gimp, image, drawable, reference, finish, program)."""

    def __init__(self, name, act):
        found = ctypes.util.find_library("gimp-2.0") or "libgimp-2.0.so.0"
        self.library = ctypes.CDLL(found)
        self.library.gimp_file_load_layers.restype = ctypes.POINTER(ctypes.c_int32)
        self.name, self.act = name, act
        self.kept = []  # what C points to

    def main(self, arguments):
        self.info = PlugInInfo(INIT(), INIT(), INIT(self._query), RUN(self._run))
        given = (ctypes.c_char_p * len(arguments))(*(one.encode() for one in arguments))
        return self.library.gimp_main(ctypes.byref(self.info), len(arguments), given)

    def _query(self):
        takes = (ParamDef * len(TAKES))(*TAKES)
        text = b"Paints a line drawing in the colours of a reference"
        self.library.gimp_install_procedure(
            self.name.encode(),
            text,
            b"Runs attnpaint colorize, and puts the layers that it writes above the drawing.",
            b"attnpaint contributors",
            b"MIT",
            b"2026",
            None,
            b"*",
            PLUGIN,
            len(TAKES),
            0,
            takes,
            None,
        )

    def _run(self, name, count, params, returned, values):
        told = (Param * 2)()
        told[0].type, told[0].data.int32 = STATUS, SUCCESS
        returned[0] = 1
        try:
            texts = [(params[i].data.text or b"").decode() for i in range(3, 6)]
            self.act(self, params[1].data.int32, params[2].data.int32, *texts)
        except Exception as error:  # nothing may pass through C
            if not isinstance(error, Failure):
                traceback.print_exc()
            line = " ".join(f"attnpaint: {error}".split())
            told[0].data.int32 = EXECUTION_ERROR
            told[1].type, told[1].data.text = STRING, line.encode()
            returned[0] = 2
        self.kept.append(told)
        values[0] = told

    def _done(self, worked, problem):
        if not worked:
            raise Failure(problem)

    def save(self, image, drawable, path):
        """The drawable's own pixels as a PNG."""
        saved = self.library.gimp_file_save(NONINTERACTIVE, image, drawable, path.encode(), path.encode())
        self._done(saved, "GIMP cannot save this layer; choose the layer with the drawing")

    def progress(self, text):
        self.library.gimp_progress_init(text.encode())

    def pulse(self):
        self.library.gimp_progress_pulse()

    def begin(self, image):
        self.library.gimp_image_undo_group_start(image)

    def end(self, image):
        self.library.gimp_image_undo_group_end(image)
        self.library.gimp_displays_flush()

    def to_rgb(self, image):
        """A greyscale or indexed image can show no colour."""
        if self.library.gimp_image_base_type(image) == RGB:
            return
        self._done(self.library.gimp_image_convert_rgb(image), "this image cannot be brought to RGB")
        self.library.gimp_message(b"The image was brought to RGB, as its kind shows no colour.")

    def add_layers(self, image, drawable, path, name):
        """The layers of a file in a new group above the drawable, where that lies."""
        library, count = self.library, ctypes.c_int()
        layers = library.gimp_file_load_layers(NONINTERACTIVE, image, path.encode(), ctypes.byref(count))
        self._done(layers and count.value, "GIMP cannot read the layers that attnpaint wrote")
        group = library.gimp_layer_group_new(image)
        library.gimp_item_set_name(group, name.encode())
        parent = library.gimp_item_get_parent(drawable)
        library.gimp_image_insert_layer(
            image, group, parent, library.gimp_image_get_item_position(image, drawable)
        )
        x, y = ctypes.c_int(), ctypes.c_int()
        library.gimp_drawable_offsets(drawable, ctypes.byref(x), ctypes.byref(y))
        for place in range(count.value):
            library.gimp_image_insert_layer(image, layers[place], group, place)
        library.gimp_layer_translate(group, x, y)
