using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Assay.Primitives;
using Assay.Primitives.Cbor;

namespace Assay.Llama;

/// <summary>
/// llama.cpp's functions that are used here, from one file, loaded once and never unloaded: its threads and static destructors outlive models. One
/// library per process; another path than the first is refused. Models and contexts are pointers that their owners keep valid.
/// </summary>
internal sealed unsafe class LlamaApi
{
    private static readonly Lock Loading = new();

    private static LlamaApi? loaded;

    private readonly nint _library;

    private LlamaApi(string path)
    {
        Path = path;
        string folder = System.IO.Path.GetDirectoryName(path)!;
        if (!NativeLibrary.TryLoad(path, out _library))
        {
            throw Bad($"{path} can't be loaded: it isn't a library for this machine, or what it needs isn't beside it.");
        }

        // By its soname, which libllama has loaded: the functions that find the processor's kernels are there.
        string ggml = System.IO.Path.Combine(folder, System.IO.Path.GetFileName(path).Replace("libllama", "libggml", StringComparison.Ordinal));
        if (!NativeLibrary.TryLoad(ggml, out nint registry) || !NativeLibrary.TryGetExport(registry, "ggml_backend_load_all_from_path", out nint loadAll))
        {
            throw Bad($"{ggml} isn't there, or isn't ggml.");
        }

        ((delegate* unmanaged<delegate* unmanaged[Cdecl]<int, byte*, void*, void>, void*, void>)Find("llama_log_set"))(&Quiet, null);
        fixed (byte* name = Encoding.UTF8.GetBytes(folder + '\0'))
        {
            ((delegate* unmanaged<byte*, void>)loadAll)(name);
        }

        ((delegate* unmanaged<void>)Find("llama_backend_init"))();
        Version = Marshal.PtrToStringUTF8(((delegate* unmanaged<nint>)Find("llama_version"))()) ?? "";
        ModelDefaults = (delegate* unmanaged<ModelParameters>)Find("llama_model_default_params");
        ContextDefaults = (delegate* unmanaged<ContextParameters>)Find("llama_context_default_params");
        if (!Version.StartsWith("0.5.", StringComparison.Ordinal) || !ModelDefaults().AreExpectedDefaults || !ContextDefaults().AreExpectedDefaults)
        {
            throw Bad($"{path} is llama.cpp {Version}: this binding is for 0.5.");
        }

        LoadModel = (delegate* unmanaged<byte*, ModelParameters, nint>)Find("llama_model_load_from_file");
        FreeModel = (delegate* unmanaged<nint, void>)Find("llama_model_free");
        Vocabulary = (delegate* unmanaged<nint, nint>)Find("llama_model_get_vocab");
        TrainedContext = (delegate* unmanaged<nint, int>)Find("llama_model_n_ctx_train");
        EmbeddingLength = (delegate* unmanaged<nint, int>)Find("llama_model_n_embd_out");
        HasEncoder = (delegate* unmanaged<nint, byte>)Find("llama_model_has_encoder");
        HasDecoder = (delegate* unmanaged<nint, byte>)Find("llama_model_has_decoder");
        IsRecurrent = (delegate* unmanaged<nint, byte>)Find("llama_model_is_recurrent");
        IsHybrid = (delegate* unmanaged<nint, byte>)Find("llama_model_is_hybrid");
        TokenCount = (delegate* unmanaged<nint, int>)Find("llama_vocab_n_tokens");
        IsEnd = (delegate* unmanaged<nint, int, byte>)Find("llama_vocab_is_eog");
        IsControl = (delegate* unmanaged<nint, int, byte>)Find("llama_vocab_is_control");
        AddsBeginning = (delegate* unmanaged<nint, byte>)Find("llama_vocab_get_add_bos");
        Beginning = (delegate* unmanaged<nint, int>)Find("llama_vocab_bos");
        End = (delegate* unmanaged<nint, int>)Find("llama_vocab_eos");
        Piece = (delegate* unmanaged<nint, int, byte*, int, int, byte, int>)Find("llama_token_to_piece");
        Tokenize = (delegate* unmanaged<nint, byte*, int, int*, int, byte, byte, int>)Find("llama_tokenize");
        NewContext = (delegate* unmanaged<nint, ContextParameters, nint>)Find("llama_init_from_model");
        FreeContext = (delegate* unmanaged<nint, void>)Find("llama_free");
        ContextTokens = (delegate* unmanaged<nint, uint>)Find("llama_n_ctx");
        Memory = (delegate* unmanaged<nint, nint>)Find("llama_get_memory");
        ClearMemory = (delegate* unmanaged<nint, byte, void>)Find("llama_memory_clear");
        RemoveFromMemory = (delegate* unmanaged<nint, int, int, int, byte>)Find("llama_memory_seq_rm");
        Decode = (delegate* unmanaged<nint, TokenBatch, int>)Find("llama_decode");
        Logits = (delegate* unmanaged<nint, int, float*>)Find("llama_get_logits_ith");
        SequenceEmbedding = (delegate* unmanaged<nint, int, float*>)Find("llama_get_embeddings_seq");
        Digest = DigestOf(folder);
        Kernels = LoadedKernels();
    }

    public string Path { get; }

    public string Version { get; }

    /// <summary>Of all files in its folder that it may load, by name.</summary>
    public Digest32 Digest { get; }

    /// <summary>Which kernels the library chose for this processor, such as <c>haswell</c>; null: not known.</summary>
    public string? Kernels { get; }

    public delegate* unmanaged<ModelParameters> ModelDefaults { get; }

    public delegate* unmanaged<ContextParameters> ContextDefaults { get; }

    public delegate* unmanaged<byte*, ModelParameters, nint> LoadModel { get; }

    public delegate* unmanaged<nint, void> FreeModel { get; }

    public delegate* unmanaged<nint, nint> Vocabulary { get; }

    public delegate* unmanaged<nint, int> TrainedContext { get; }

    public delegate* unmanaged<nint, int> EmbeddingLength { get; }

    public delegate* unmanaged<nint, byte> HasEncoder { get; }

    public delegate* unmanaged<nint, byte> HasDecoder { get; }

    public delegate* unmanaged<nint, byte> IsRecurrent { get; }

    public delegate* unmanaged<nint, byte> IsHybrid { get; }

    public delegate* unmanaged<nint, int> TokenCount { get; }

    public delegate* unmanaged<nint, int, byte> IsEnd { get; }

    public delegate* unmanaged<nint, int, byte> IsControl { get; }

    public delegate* unmanaged<nint, byte> AddsBeginning { get; }

    public delegate* unmanaged<nint, int> Beginning { get; }

    public delegate* unmanaged<nint, int> End { get; }

    public delegate* unmanaged<nint, int, byte*, int, int, byte, int> Piece { get; }

    public delegate* unmanaged<nint, byte*, int, int*, int, byte, byte, int> Tokenize { get; }

    public delegate* unmanaged<nint, ContextParameters, nint> NewContext { get; }

    public delegate* unmanaged<nint, void> FreeContext { get; }

    public delegate* unmanaged<nint, uint> ContextTokens { get; }

    public delegate* unmanaged<nint, nint> Memory { get; }

    public delegate* unmanaged<nint, byte, void> ClearMemory { get; }

    public delegate* unmanaged<nint, int, int, int, byte> RemoveFromMemory { get; }

    public delegate* unmanaged<nint, TokenBatch, int> Decode { get; }

    public delegate* unmanaged<nint, int, float*> Logits { get; }

    public delegate* unmanaged<nint, int, float*> SequenceEmbedding { get; }

    /// <summary>Loads the library, or gives the one that is loaded.</summary>
    /// <exception cref="LlamaException">It isn't there, isn't llama.cpp, or is of another release.</exception>
    public static LlamaApi Load(string? named)
    {
        string? path = named is null ? LlamaLibrary.TryFind(out string? why) : LlamaLibrary.TryFind(named, out why);
        if (path is null)
        {
            // What to do about it is said there already.
            throw new LlamaException(LlamaErrors.NotInstalled, why!);
        }

        lock (Loading)
        {
            loaded ??= new LlamaApi(path);
            return loaded.Path == path ? loaded : throw Bad($"{loaded.Path} is loaded already: one library per process.");
        }
    }

    private static LlamaException Bad(string message) => new(LlamaErrors.Library, message, LlamaLibrary.HowToInstall);

    // What computes is in several files; the kernels that are loaded depend on the processor, so all count.
    private static Digest32 DigestOf(string folder)
    {
        string[] files = [.. Directory.GetFiles(folder, "lib*.so").Where(static file => System.IO.Path.GetFileName(file) is var name && (name.StartsWith("libllama.", StringComparison.Ordinal)
            || name.StartsWith("libggml", StringComparison.Ordinal))).Order(StringComparer.Ordinal)];
        CborWriter writer = new(4096);
        writer.WriteArrayHeader(1 + files.Length);
        writer.WriteText("assay/llama-library/v1");
        foreach (string file in files)
        {
            using FileStream stream = File.OpenRead(file);
            writer.WriteArrayHeader(2);
            writer.WriteText(System.IO.Path.GetFileName(file));
            writer.WriteBytes(System.Security.Cryptography.SHA256.HashData(stream));
        }

        return Digest32.Sha256(writer.Written);
    }

    private static string? LoadedKernels()
    {
        const string Prefix = "libggml-cpu-";
        return !File.Exists("/proc/self/maps") ? null : File.ReadLines("/proc/self/maps")
            .Select(static line => System.IO.Path.GetFileNameWithoutExtension(line))
            .Where(static name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(static name => name[Prefix.Length..]).FirstOrDefault();
    }

    // The library writes to standard error otherwise; what failed is said by its results.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Quiet(int level, byte* text, void* data)
    {
    }

    private nint Find(string name) =>
        NativeLibrary.TryGetExport(_library, name, out nint function) ? function : throw Bad($"{Path} has no {name}: it isn't llama.cpp, or another release of it.");
}
