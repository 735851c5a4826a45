namespace Assay.Llama;

/// <summary>Stable codes of this project.</summary>
public static class LlamaErrors
{
    /// <summary>llama.cpp's library isn't installed.</summary>
    public const string NotInstalled = "llama/not-installed";

    /// <summary>The library can't be loaded, isn't llama.cpp, or is of another release than this binding is for.</summary>
    public const string Library = "llama/library";

    /// <summary>The file isn't a GGUF file, or one that this version doesn't take.</summary>
    public const string Gguf = "llama/gguf";

    /// <summary>llama.cpp doesn't take the model.</summary>
    public const string Load = "llama/load";

    /// <summary>The model's chat template isn't one of those that are known, or there is none of the name that was given.</summary>
    public const string Template = "llama/template";

    /// <summary>More requests wait than may.</summary>
    public const string Busy = "backend/busy";

    /// <summary>The run failed.</summary>
    public const string Failed = "backend/failed";
}
