"""Names of generators, matched as whole words, so that "Adobe" or "Canon" can never be taken for one.

Names that are also ordinary words or other products (Firefly, Imagen, Gemini, Leonardo, Sora, Flux) count only
together with the word that makes them unmistakable.
"""

from __future__ import annotations

from detectors.marks._text import contains_words, words

__all__ = ["generator_in"]

_LONGEST = 300

_NAMES: tuple[tuple[str, str], ...] = (
    ("ChatGPT", "chatgpt"),
    ("OpenAI DALL·E", "dall e"),
    ("OpenAI DALL·E", "dalle"),
    ("OpenAI GPT Image", "gpt image"),
    ("OpenAI GPT-4o", "gpt 4o"),
    ("OpenAI Sora", "openai sora"),
    ("OpenAI", "openai api"),
    ("Microsoft Bing Image Creator", "bing image creator"),
    ("Microsoft Designer", "microsoft designer"),
    ("Microsoft (Responsible AI image provenance)", "microsoft responsible ai"),
    ("Azure OpenAI", "azure openai"),
    ("Adobe Firefly", "adobe firefly"),
    ("Google Imagen", "google imagen"),
    ("Google Gemini", "google gemini"),
    ("Google Generative AI", "google generative ai"),
    ("Google Veo", "google veo"),
    ("Google Nano Banana", "nano banana"),
    ("Midjourney", "midjourney"),
    ("Stability AI", "stability ai"),
    ("Stable Diffusion", "stable diffusion"),
    ("Stable Diffusion", "stablediffusion"),
    ("Stable Diffusion web UI", "automatic1111"),
    ("DreamStudio", "dreamstudio"),
    ("ComfyUI", "comfyui"),
    ("InvokeAI", "invokeai"),
    ("Black Forest Labs", "black forest labs"),
    ("FLUX", "flux 1 dev"),
    ("FLUX", "flux 1 schnell"),
    ("FLUX", "flux 1 pro"),
    ("FLUX", "flux 1 kontext"),
    ("FLUX", "flux 2 dev"),
    ("FLUX", "flux 2 pro"),
    ("Ideogram", "ideogram"),
    ("xAI Grok", "grok imagine"),
    ("Leonardo.Ai", "leonardo ai"),
    ("NightCafe", "nightcafe"),
    ("Recraft", "recraft"),
    ("Reve", "reve com"),
    ("Krea", "krea ai"),
    ("Craiyon", "craiyon"),
    ("Playground AI", "playground ai"),
    ("Bria", "bria ai"),
    ("fal.ai", "fal ai"),
    ("Luma AI", "luma ai"),
    ("Luma AI", "lumalabs"),
    ("Runway", "runwayml"),
    ("Runway", "runway gen"),
    ("Pika", "pika labs"),
    ("Kling AI", "kling ai"),
    ("Kling AI", "klingai"),
    ("Hailuo AI", "hailuo ai"),
    ("Dreamina", "dreamina"),
    ("Seedream", "seedream"),
    ("Higgsfield", "higgsfield"),
    ("Canva Magic Media", "canva magic media"),
    ("Aphrodite AI", "aphrodite ai"),
    ("ElevenLabs", "elevenlabs"),
    ("ElevenLabs", "eleven labs"),
    ("Suno", "suno"),
    ("Udio", "udio"),
    ("Stable Audio", "stable audio"),
    ("MusicGen", "musicgen"),
    ("AudioCraft", "audiocraft"),
    ("Riffusion", "riffusion"),
)
_PHRASES = tuple((name, tuple(phrase.split())) for name, phrase in _NAMES)
_ALONE = {
    "firefly": "Adobe Firefly",
    "sora": "OpenAI Sora",
    "sora 2": "OpenAI Sora",
    "imagen": "Google Imagen",
    "imagen 2": "Google Imagen",
    "imagen 3": "Google Imagen",
    "imagen 4": "Google Imagen",
    "gemini": "Google Gemini",
    "grok": "xAI Grok",
    "leonardo": "Leonardo.Ai",
}


def generator_in(text: str, *, alone: bool = False) -> str | None:
    """Return the generator that a software field names, or None.

    Args:
        text: Value of a field that names software; sentences longer than such a field are not searched.
        alone: Whether ambiguous names count where they are the whole field, as in signed software agents.
    """
    if len(text) > _LONGEST:
        return None
    said = words(text)
    if alone and " ".join(said) in _ALONE:
        return _ALONE[" ".join(said)]
    return next((name for name, phrase in _PHRASES if contains_words(said, phrase)), None)
