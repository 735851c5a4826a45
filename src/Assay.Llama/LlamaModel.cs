using System.Text;
using Assay.Primitives;

namespace Assay.Llama;

/// <summary>A GGUF file's weights and vocabulary. The pointer lives as long as this; contexts must be gone before.</summary>
internal sealed unsafe class LlamaModel : IDisposable
{
    private const int MaxVocabulary = 1 << 20;

    private readonly nint _vocabulary;
    private nint _model;

    private LlamaModel(LlamaApi api, nint model, GgufHeader header, Digest32 file, long fileBytes)
    {
        (Api, _model, Header, FileBytes, _vocabulary) = (api, model, header, fileBytes, api.Vocabulary(model));
        Id = new ModelId(Digest32.Sha256(Encoding.UTF8.GetBytes(DomainTags.GgufModelId + '\0'), file.Bytes));
        Tokenizer = header.Tokenizer();
        int tokens = api.TokenCount(_vocabulary);
        if (tokens is <= 0 or > MaxVocabulary || api.HasDecoder(model) == 0 || api.HasEncoder(model) != 0)
        {
            throw Refused("it has no vocabulary, or isn't a model that continues text");
        }

        Pieces = new byte[tokens][];
        Shown = new byte[tokens][];
        IsEnd = new bool[tokens];
        for (int token = 0; token < tokens; token++)
        {
            Shown[token] = PieceOf(token);
            Pieces[token] = api.IsControl(_vocabulary, token) != 0 ? [] : Shown[token];
            IsEnd[token] = api.IsEnd(_vocabulary, token) != 0;
        }

        LongestPiece = Math.Max(1, Shown.Max(static piece => piece.Length));
        Beginning = api.Beginning(_vocabulary);
        AddsBeginning = api.AddsBeginning(_vocabulary) != 0 && Beginning >= 0;
        BeginningText = Beginning >= 0 && Beginning < tokens ? Encoding.UTF8.GetString(Shown[Beginning]) : "";
        int end = api.End(_vocabulary);
        EndText = end >= 0 && end < tokens ? Encoding.UTF8.GetString(Shown[end]) : "";
    }

    public LlamaApi Api { get; }

    public GgufHeader Header { get; }

    public ModelId Id { get; }

    /// <summary>The length of the file.</summary>
    public long FileBytes { get; }

    public Digest32 Tokenizer { get; }

    /// <summary>What each token adds to a text; nothing for control tokens.</summary>
    public byte[][] Pieces { get; }

    /// <summary>As <see cref="Pieces"/>, control tokens by their names.</summary>
    public byte[][] Shown { get; }

    /// <summary>Whether a token ends an answer.</summary>
    public bool[] IsEnd { get; }

    /// <summary>Bytes that a token stands for at most.</summary>
    public int LongestPiece { get; }

    public int Beginning { get; }

    public bool AddsBeginning { get; }

    public string BeginningText { get; }

    public string EndText { get; }

    public int TrainedContext => Api.TrainedContext(Handle);

    public int EmbeddingLength => Api.EmbeddingLength(Handle);

    /// <summary>Whether an answer's end can be taken back to the prompt's: not where all that was read is folded into one state.</summary>
    public bool CanRewind => Api.IsRecurrent(Handle) == 0 && Api.IsHybrid(Handle) == 0;

    public nint Handle => _model != 0 ? _model : throw new ObjectDisposedException(nameof(LlamaModel));

    /// <summary>Reads, checks and loads a file.</summary>
    /// <exception cref="LlamaException">It isn't a GGUF file that this version and llama.cpp take.</exception>
    public static LlamaModel Open(LlamaApi api, string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        GgufHeader header = GgufReader.Read(file);
        if (header.Whole("split.count") is > 1)
        {
            throw new LlamaException(LlamaErrors.Gguf, "The file is one of several parts.", "Join them with llama.cpp's gguf-split --merge: a receipt names one file.");
        }

        file.Position = 0;
        Digest32 digest = Digest32.From(System.Security.Cryptography.SHA256.HashData(file));
        ModelParameters parameters = api.ModelDefaults();
        parameters.GpuLayers = 0;
        parameters.CheckTensors = 1;

        // The file that was hashed, though another may have its name by now.
        string opened = OperatingSystem.IsLinux() ? $"/proc/self/fd/{file.SafeFileHandle.DangerousGetHandle()}" : path;
        nint model;
        fixed (byte* name = Encoding.UTF8.GetBytes(opened + '\0'))
        {
            model = api.LoadModel(name, parameters);
        }

        if (model == 0)
        {
            throw Refused("it doesn't say why; its architecture may be newer than this release, or tensors are missing or damaged");
        }

        try
        {
            return new LlamaModel(api, model, header, digest, file.Length);
        }
        catch
        {
            api.FreeModel(model);
            throw;
        }
    }

    /// <summary>A text's tokens.</summary>
    /// <param name="text">The text.</param>
    /// <param name="isMarkup">Whether names of control tokens mean those tokens.</param>
    public int[] Tokenize(string text, bool isMarkup)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        int[] tokens = new int[bytes.Length + 2];
        for (; ; )
        {
            int count;
            fixed (byte* start = bytes)
            fixed (int* into = tokens)
            {
                byte none = 0;
                count = Api.Tokenize(_vocabulary, start is null ? &none : start, bytes.Length, into, tokens.Length, 0, isMarkup ? (byte)1 : (byte)0);
            }

            if (count >= 0)
            {
                return tokens[..count];
            }

            tokens = count == int.MinValue ? throw new InvalidOperationException("Too many tokens.") : new int[-count];
        }
    }

    public void Dispose()
    {
        if (_model != 0)
        {
            Api.FreeModel(_model);
            _model = 0;
        }
    }

    private static LlamaException Refused(string why) => new(LlamaErrors.Load, $"llama.cpp doesn't take this model: {why}.", "Try it with llama.cpp's own programs of the same release.");

    private byte[] PieceOf(int token)
    {
        byte[] buffer = new byte[64];
        for (; ; )
        {
            fixed (byte* into = buffer)
            {
                int length = Api.Piece(_vocabulary, token, into, buffer.Length, 0, 1);
                if (length >= 0)
                {
                    return buffer[..length];
                }

                buffer = new byte[-length];
            }
        }
    }
}
