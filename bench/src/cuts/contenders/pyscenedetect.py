"""Finds the scenes of one video by PySceneDetect's API: pyscenedetect.py CHECKOUT adaptive|content VIDEO"""

import json
import sys

checkout, detector, video = sys.argv[1:]
sys.path.insert(0, checkout)

import scenedetect  # noqa: E402

DETECTORS = {
    "adaptive": scenedetect.AdaptiveDetector,
    "content": scenedetect.ContentDetector,
    "version": None,
}

if detector == "version":
    print(json.dumps({"version": scenedetect.__version__}))
else:
    scenes = scenedetect.detect(video, DETECTORS[detector]())
    print(json.dumps({"cuts": [start.frame_num for start, _ in scenes[1:]]}))
