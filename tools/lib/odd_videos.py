"""Makes a small video of each odd but ordinary kind with the program ffmpeg. Every picture shows its number.

A picture is a grid of cells, black or white, that covers all of it, so that the number can be read whatever became of
size, shape, colours and orientation."""

import os
import subprocess

SIZE = (160, 96)
GRID = 4  # cells across and down
BITS = 9  # of the number; the cells after them are its check
CHECK = 3
WHITE, BLACK = 220, 30
CORNERS = {0: True, GRID - 1: False, GRID * (GRID - 1): False, GRID * GRID - 1: False}  # which way is up
CELLS = [cell for cell in range(GRID * GRID) if cell not in CORNERS]
TURNED = 1 << BITS  # is added to the number for every quarter by which a picture lies on its side


def cells_of(number):
    spelled = number | number % 7 << BITS
    return CORNERS | {cell: bool(spelled >> bit & 1) for bit, cell in enumerate(CELLS)}


def picture(number, width, height):
    """One byte a pixel."""
    cells, rows = cells_of(number), []
    for row in range(GRID):
        line = b""
        for column in range(GRID):
            end = width * (column + 1) // GRID
            line += bytes([WHITE if cells[row * GRID + column] else BLACK]) * (end - len(line))
        rows.append(line)
    return b"".join(rows[y * GRID // height] for y in range(height))


def spelled(cells):
    if any(cells[cell] != white for cell, white in CORNERS.items()):
        return None
    value = sum(cells[cell] << bit for bit, cell in enumerate(CELLS))
    number, check = value & ((1 << BITS) - 1), value >> BITS
    return number if number % 7 == check else None


def number_in(rgb, width, height):
    """The number in a picture of three bytes a pixel; None where it shows none, or no clear one."""
    cells = []
    for cell in range(GRID * GRID):
        x, y = (2 * (cell % GRID) + 1) * width // (2 * GRID), (2 * (cell // GRID) + 1) * height // (2 * GRID)
        near = [(x + across, y + down) for across in (-2, 0, 2) for down in (-2, 0, 2)]
        brightness = sum(rgb[3 * (column + line * width) + 1] for column, line in near) / len(near)
        if abs(brightness - (WHITE + BLACK) / 2) < 40:
            return None
        cells.append(brightness > (WHITE + BLACK) / 2)
    for quarters in range(4):
        number = spelled(cells)
        if number is not None:
            return quarters * TURNED + number
        cells = [cells[GRID * (GRID - 1 - cell % GRID) + cell // GRID] for cell in range(GRID * GRID)]
    return None


def ffmpeg(*options, pictures=None):
    subprocess.run(["ffmpeg", "-v", "error", "-y", *options], input=pictures, check=True)


def encode(file, options, count=120, first=0, size=SIZE):
    """`options`: those of ffmpeg for the output, as one string."""
    width, height = size
    source = ["-f", "rawvideo", "-pix_fmt", "gray", "-video_size", f"{width}x{height}", "-framerate", "25"]
    pictures = b"".join(picture(number, width, height) for number in range(first, first + count))
    pixels = [] if "-pix_fmt" in options else ["-pix_fmt", "yuv420p"]
    ffmpeg(*source, "-i", "-", *pixels, *options.split(), "-threads", "1", file, pictures=pictures)


def join(file, parts):
    with open(file, "wb") as joined:
        for part in parts:
            with open(part, "rb") as opened:
                joined.write(opened.read())
            os.remove(part)


X264 = "-c:v libx264 -g 25 -bf 2 -sc_threshold 0"
X265 = "-c:v libx265 -x265-params log-level=0:keyint=12"
UNEVEN = "-vf settb=1/1000,setpts=N*30+mod(N*N*17\\,29)+400*floor(N/50) -fps_mode passthrough -enc_time_base 1:1000"
HIDDEN = "-auto-alt-ref 1 -lag-in-frames 16 -cpu-used 8 -g 40 -b:v 200k"


def plain(options, **more):
    return lambda file: encode(file, options, **more)


def edit_list(file):
    """Its first 17 pictures are hidden, and with them the first key."""
    whole = file + ".whole.mp4"
    encode(whole, X264)
    ffmpeg("-ss", "0.68", "-i", whole, "-c", "copy", file)
    os.remove(whole)


def rotated(file):
    whole = file + ".whole.mp4"
    encode(whole, X264)
    ffmpeg("-i", whole, "-c", "copy", "-metadata:s:v:0", "rotate=90", file)
    os.remove(whole)


def beside_a_cover(file):
    cover, whole = file + ".jpg", file + ".whole.mp4"
    encode(cover, "-frames:v 1 -pix_fmt yuvj420p", count=1, first=300, size=(320, 240))
    encode(whole, X264)
    ffmpeg("-i", cover, "-i", whole, "-map", "0", "-map", "1", "-c", "copy", "-disposition:v:0", "attached_pic", file)
    os.remove(cover)
    os.remove(whole)


def recordings(file, second_options="", second_size=SIZE):
    parts = [file + ".1.ts", file + ".2.ts"]
    encode(parts[0], X264, count=90)
    encode(parts[1], f"{X264} {second_options}", count=90, first=90, size=second_size)
    join(file, parts)


def change_of_size(file):
    """In a stream whose times go on."""
    recordings(file, "-output_ts_offset 3.68", (240, 180))


# name, file name, what makes it
KINDS = (
    ("H.264 with B-frames", "b_frames.mp4", plain(X264)),
    ("H.264, one key frame", "one_key.mp4", plain("-c:v libx264 -g 999 -bf 3")),
    ("H.264, open GOP", "open_gop.mp4", plain(f"{X264} -x264-params open-gop=1:keyint=24:b-adapt=0")),
    ("variable frame rate, MP4", "uneven.mp4", plain(f"{X264} {UNEVEN}")),
    ("variable frame rate, Matroska", "uneven.mkv", plain(f"{X264} {UNEVEN}")),
    ("edit list that hides the first key", "edit_list.mp4", edit_list),
    ("starts at 8.3 s, MP4", "late.mp4", plain(f"{X264} -output_ts_offset 8.333")),
    ("starts at 8.3 s, Matroska", "late.mkv", plain(f"{X264} -output_ts_offset 8.333")),
    ("transport stream from 9.7 s", "late.ts", plain(f"{X264} -output_ts_offset 8.3")),
    ("transport stream from below 0 (its clock wraps)", "wraps.ts", plain(f"{X264} -output_ts_offset 95440.7")),
    ("transport stream, HEVC, open GOP", "hevc.ts", plain(f"{X265} -output_ts_offset 8.3")),
    ("change of size in mid-stream", "change.ts", change_of_size),
    ("recordings joined end to end", "joined.ts", recordings),
    ("MPEG-4 AVI, packed B-frames", "packed.avi", plain("-c:v libxvid -g 50 -bf 2 -q:v 4")),
    ("MPEG-4 AVI with B-frames", "mpeg4.avi", plain("-c:v mpeg4 -g 12 -bf 2 -q:v 4")),
    ("H.264 AVI with B-frames", "h264.avi", plain(X264)),
    ("MPEG-2 program stream", "mpeg2.mpg", plain("-c:v mpeg2video -g 12 -bf 2 -q:v 4")),
    ("H.264 without a container", "raw.h264", plain(X264)),
    ("fragmented MP4", "fragments.mp4", plain(f"{X264} -movflags frag_keyframe+empty_moov")),
    ("turned by 90 degrees", "turned.mp4", rotated),
    ("anamorphic", "anamorphic.mp4", plain(f"{X264} -aspect 4:1")),
    ("4:4:4, odd size", "odd_size.mp4", plain(f"{X264} -pix_fmt yuv444p", size=(161, 97))),
    ("HEVC, 10 bit, open GOP", "hevc10.mp4", plain(f"{X265} -pix_fmt yuv420p10le -tag:v hvc1")),
    ("VP9, hidden references, odd size", "vp9.webm", plain(f"-c:v libvpx-vp9 {HIDDEN}", size=(161, 97))),
    ("VP8, hidden references", "vp8.webm", plain(f"-c:v libvpx {HIDDEN}")),
    ("AV1", "av1.mp4", plain("-c:v libaom-av1 -cpu-used 8 -lag-in-frames 19 -g 40 -b:v 200k")),
    ("a cover beside the video", "cover.mp4", beside_a_cover),
    ("one picture", "one.mp4", plain(X264, count=1)),
)


def displayed(file):
    """The numbers of the pictures that ffmpeg shows, in order."""
    width, height = SIZE
    command = ["ffmpeg", "-v", "quiet", "-i", file, "-map", "0:V:0", "-fps_mode", "passthrough"]
    command += ["-s", f"{width}x{height}", "-pix_fmt", "rgb24", "-f", "rawvideo", "-"]
    shown = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
    size = 3 * width * height
    return [number_in(shown[at : at + size], width, height) for at in range(0, len(shown), size)]
