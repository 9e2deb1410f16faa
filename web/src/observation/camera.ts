/** The camera: asking for it, what can go wrong, pictures from it. */

/** Why there is no picture. */
export type CameraFault =
  /** The person or a policy said no. */
  | "denied"
  /** There is none. */
  | "missing"
  /** Another program holds it. */
  | "busy"
  /** The page did not come over HTTPS or loopback, or the browser is too old. */
  | "unavailable"
  /** It was there and went away. */
  | "lost";

export class CameraError extends Error {
  override readonly name = "CameraError";
  readonly fault: CameraFault;

  constructor(fault: CameraFault) {
    super(`camera: ${fault}`);
    this.fault = fault;
  }
}

/** Larger pictures are shrunk to this width: a near face needs no more. */
const WIDTH = 640;
const HEIGHT = 480;
/** Names of getUserMedia's errors. */
const FAULTS: Readonly<Record<string, CameraFault>> = {
  NotAllowedError: "denied",
  SecurityError: "denied",
  PermissionDeniedError: "denied",
  NotFoundError: "missing",
  OverconstrainedError: "missing",
  NotReadableError: "busy",
  AbortError: "busy",
};

/** An open camera; `close` puts out its light. */
export class Camera {
  private readonly video: HTMLVideoElement;
  private readonly track: MediaStreamTrack;

  private constructor(video: HTMLVideoElement, track: MediaStreamTrack) {
    this.video = video;
    this.track = track;
  }

  /**
   * Asks the person for the camera, no microphone.
   *
   * @param lost called once when the camera goes away by itself.
   */
  static async open(lost: () => void): Promise<Camera> {
    if (!navigator.mediaDevices?.getUserMedia) throw new CameraError("unavailable");
    let stream: MediaStream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({
        audio: false,
        video: {
          facingMode: "user",
          width: { ideal: WIDTH },
          height: { ideal: HEIGHT },
          frameRate: { ideal: 15 },
        },
      });
    } catch (error) {
      throw new CameraError(FAULTS[(error as DOMException).name] ?? "busy");
    }
    const track = stream.getVideoTracks()[0];
    if (!track) throw new CameraError("missing");
    track.addEventListener("ended", lost, { once: true });
    const video = document.createElement("video");
    video.muted = true;
    video.playsInline = true;
    video.srcObject = stream;
    try {
      await video.play();
    } catch {
      track.stop();
      throw new CameraError("busy");
    }
    return new Camera(video, track);
  }

  /** Whether pictures come. */
  get live(): boolean {
    return this.track.readyState === "live" && !this.track.muted && this.video.videoWidth > 0;
  }

  /** The present picture, at most 640 pixels wide. */
  picture(): Promise<ImageBitmap> {
    const { videoWidth, videoHeight } = this.video;
    if (videoWidth <= WIDTH) return createImageBitmap(this.video);
    const resizeHeight = Math.round((videoHeight * WIDTH) / videoWidth);
    return createImageBitmap(this.video, {
      resizeWidth: WIDTH,
      resizeHeight,
      resizeQuality: "medium",
    });
  }

  close(): void {
    this.track.stop();
    this.video.srcObject = null;
  }
}
