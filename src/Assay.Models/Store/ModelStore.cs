using System.Security.Cryptography;
using Assay.Files;
using Assay.Models.Float;
using Assay.Models.Hub;
using Assay.Models.Registration;
using Assay.Primitives;
using Assay.Programs;

namespace Assay.Models.Store;

/// <summary>
/// Models in a folder, each under its ModelId, and names for them. A model's files never change; only its statement may
/// be replaced by a newer one about the same source (older ones are kept by digest). Every write is whole or absent after
/// a kill at any moment.
/// </summary>
/// <remarks>
/// Papers are what is said about a model: cards with their licence texts, publishers' signed statements. They are named by
/// the digest of their bytes and only ever added; a name's history says which card it goes with.
/// <code>
/// models/ID/program.cbor, weights.bin   (of exact models only)
///           source.onnx, statement.json, statement-DIGEST.json
/// papers/ID/card-DIGEST.json, licence-DIGEST.txt, publisher-DIGEST.cose, registration-DIGEST.cose
///           proof-key.cbor (replaced by a newer one)
/// aliases/NAME.jsonl   append-only history, one entry a line
/// incoming/            unfinished models; emptied by the next writer
/// store.lock           held by the one process that writes
/// </code>
/// </remarks>
public sealed partial class ModelStore
{
    private const long MaxStatementBytes = 64 << 20;
    private readonly string _models;
    private readonly string _incoming;
    private readonly string _lockPath;
    private readonly AliasBook _aliases;
    private readonly ModelPapers _papers;
    private readonly Lock _gate = new();

    private ModelStore(string folder, TimeProvider time)
    {
        _models = Path.Combine(folder, "models");
        _incoming = Path.Combine(folder, "incoming");
        _lockPath = Path.Combine(folder, "store.lock");
        _aliases = new AliasBook(Path.Combine(folder, "aliases"), time);
        _papers = new ModelPapers(Path.Combine(folder, "papers"));
    }

    /// <summary>Opens a store, making its folders if they are not there.</summary>
    /// <exception cref="IOException">The folder can't be made.</exception>
    public static ModelStore Open(string folder, TimeProvider time) => Open(folder, time, null);

    internal static ModelStore Open(string folder, TimeProvider time, Action<string>? afterStep)
    {
        ModelStore store = new(Path.GetFullPath(folder), time) { AfterStep = afterStep };
        Directory.CreateDirectory(store._models);
        Directory.CreateDirectory(store._incoming);
        Directory.CreateDirectory(Path.Combine(folder, "aliases"));
        store._papers.Create();
        return store;
    }

    /// <summary>
    /// Adds a registered model. If it is there already, its statement is replaced by this one, provided that both are
    /// about the same source file; else what is stored stays. Damaged files of this model are replaced.
    /// </summary>
    /// <exception cref="IOException">The disk is full, or another process keeps the store locked.</exception>
    public StoreResult<StoredModel> Put(ExactModel model, ReadOnlyMemory<byte> statement, ReadOnlyMemory<byte> source)
    {
        ArgumentNullException.ThrowIfNull(model);
        ModelStatement? parsed = ModelStatement.TryParse(statement.Span);
        return Put(model.Id, parsed?.ModelId, parsed?.Source, statement, source, [("program.cbor", model.ProgramBytes), ("weights.bin", model.Weights.Memory)]);
    }

    /// <summary>Adds a float model; its file is its source. Else like the exact ones.</summary>
    /// <exception cref="IOException">The disk is full, or another process keeps the store locked.</exception>
    public StoreResult<StoredModel> Put(FloatModel model, ReadOnlyMemory<byte> statement)
    {
        ArgumentNullException.ThrowIfNull(model);
        FloatModelStatement? parsed = FloatModelStatement.TryParse(statement.Span);
        return Put(model.Id, parsed?.ModelId, parsed?.Source, statement, model.Onnx, []);
    }

    /// <summary>Reads a model with its latest statement, and checks that its files are what their names and the statement say.</summary>
    public StoreResult<StoredModel> Load(ModelId id) => Load(id, () => Read(FolderOf(id), "statement.json", MaxStatementBytes));

    /// <summary>
    /// Reads what a name means: the model with the statement that this entry names, checked. A newer statement about the
    /// model counts for the name only once an entry of its own names that one.
    /// </summary>
    public StoreResult<StoredModel> Load(AliasEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return ModelId.TryParse(entry.ModelId, out ModelId id)
            ? Load(id, () => StatementOf(entry))
            : new(null, StoreErrors.AliasHistory, $"alias '{entry.Name}' names no model id");
    }

    private StoreResult<StoredModel> Load(ModelId id, Func<byte[]?> readStatement)
    {
        string folder = FolderOf(id);
        if (!Directory.Exists(folder))
        {
            return new(null, StoreErrors.NotFound, $"there is no model {id}");
        }

        byte[]? statement = readStatement();
        byte[]? source = ReadSource(id);
        if (statement is null || source is null)
        {
            return new(null, StoreErrors.Damaged, $"model {id}: its statement or source.onnx is missing or damaged");
        }

        return ModelStatement.TryParse(statement) is { } exact ? LoadExact(id, folder, exact, statement, source)
            : FloatModelStatement.TryParse(statement) is { } asIs ? LoadFloat(id, asIs, statement, source)
            : new(null, StoreErrors.Damaged, $"model {id}: its statement is damaged");
    }

    /// <summary>Whether a model is a float model; of no meaning for one that isn't there. Nothing is checked; <see cref="Load(ModelId)"/> does that.</summary>
    public bool IsFloat(ModelId id) => !File.Exists(Path.Combine(FolderOf(id), "program.cbor"));

    /// <summary>The ids of all models, in order of their text. What is listed is not checked; <see cref="Load(ModelId)"/> does that.</summary>
    public IReadOnlyList<ModelId> List()
    {
        List<ModelId> ids = [];
        foreach (string folder in Directory.EnumerateDirectories(_models).Order(StringComparer.Ordinal))
        {
            if (Digest32.TryParseHex(Path.GetFileName(folder), out Digest32 digest))
            {
                ids.Add(new ModelId(digest));
            }
        }

        return ids;
    }

    /// <summary>The ONNX file that a model was compiled from, or that it is; null if it isn't there.</summary>
    public byte[]? ReadSource(ModelId id) => Read(FolderOf(id), "source.onnx", int.MaxValue - 64);

    /// <summary>A statement by its digest, also one that has been replaced; null if the store never had it.</summary>
    public byte[]? FindStatement(ModelId id, Digest32 digest)
    {
        byte[]? bytes = Read(FolderOf(id), $"statement-{digest}.json", MaxStatementBytes);
        return bytes is not null && Digest32.Sha256(bytes) == digest ? bytes : null;
    }

    /// <summary>The bytes of the statement that an entry of a name's history names; null if they aren't there or are damaged.</summary>
    public byte[]? StatementOf(AliasEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return ModelId.TryParse(entry.ModelId, out ModelId id) && Digest32.TryParseHex(entry.Statement, out Digest32 digest) ? FindStatement(id, digest) : null;
    }

    /// <summary>Keeps a card of a model, with its licence's text if it names one. A name gets it by <see cref="SetAlias"/>.</summary>
    /// <exception cref="IOException">The disk is full, or another process keeps the store locked.</exception>
    public StoreResult<ModelCard> AddCard(ModelId id, ModelCard card, byte[]? licence)
    {
        ArgumentNullException.ThrowIfNull(card);
        Digest32? text = licence is null ? null : Digest32.Sha256(licence);
        if (card.LicenceText != text || licence is { Length: > ModelCard.MaxLicenceBytes })
        {
            return new(null, StoreErrors.CardLicence, "the card names a licence's text, and this isn't it");
        }

        return Paper(id, () =>
        {
            if (text is { } digest)
            {
                _papers.Keep(id, ModelPapers.Licence(digest), digest, licence, AfterStep);
            }

            _papers.Keep(id, ModelPapers.Card(card.Digest), card.Digest, card.Bytes.Span, AfterStep);
            return new StoreResult<ModelCard>(card, null, null);
        });
    }

    /// <summary>A card by its digest; null if it isn't there or is damaged.</summary>
    public ModelCard? FindCard(ModelId id, Digest32 digest) =>
        _papers.Read(id, ModelPapers.Card(digest), digest, ModelCard.MaxBytes) is { } bytes ? ModelCard.TryRead(bytes, out _) : null;

    /// <summary>The card that an entry of a name's history names; null if it names none, or it isn't there.</summary>
    public ModelCard? CardOf(AliasEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return entry.Card is { } hex && Digest32.TryParseHex(hex, out Digest32 digest) && ModelId.TryParse(entry.ModelId, out ModelId id) ? FindCard(id, digest) : null;
    }

    /// <summary>The text of a card's licence; null if it has none, or it isn't there.</summary>
    public byte[]? FindLicence(ModelId id, ModelCard card)
    {
        ArgumentNullException.ThrowIfNull(card);
        return card.LicenceText is { } digest ? _papers.Read(id, ModelPapers.Licence(digest), digest, ModelCard.MaxLicenceBytes) : null;
    }

    /// <summary>Keeps a publisher's signed statement about a model. Its signature is the caller's question.</summary>
    /// <exception cref="IOException">The disk is full, or another process keeps the store locked.</exception>
    public StoreResult<StoredModel> AddPublisherStatement(ModelId id, ReadOnlyMemory<byte> statement)
    {
        StoreResult<StoredModel> loaded = Load(id);
        if (!loaded.Found)
        {
            return loaded;
        }

        if (statement.Length > ModelPapers.MaxPublisherBytes)
        {
            return new(null, StoreErrors.TooMany, "a publisher's statement is at most 4,096 bytes long");
        }

        Digest32 digest = Digest32.Sha256(statement.Span);
        return Paper(id, () =>
        {
            if (_papers.PublisherStatements(id).Count >= ModelPapers.MaxPublisherStatements && _papers.Read(id, ModelPapers.Publisher(digest), digest, ModelPapers.MaxPublisherBytes) is null)
            {
                return new StoreResult<StoredModel>(null, StoreErrors.TooMany, $"model {id} has {ModelPapers.MaxPublisherStatements} signed statements already");
            }

            _papers.Keep(id, ModelPapers.Publisher(digest), digest, statement.Span, AfterStep);
            return loaded;
        });
    }

    /// <summary>Publishers' signed statements that are kept with a model, in order of their digests.</summary>
    public IReadOnlyList<byte[]> PublisherStatements(ModelId id) => _papers.PublisherStatements(id);

    /// <summary>Appends to a name's history: from now on it means this model, with these settings.</summary>
    /// <param name="name">The name.</param>
    /// <param name="id">What it means.</param>
    /// <param name="minimumLevel">The least level that requests for it may ask for; null for none.</param>
    /// <param name="declaredUse">What it is for; null if unsaid.</param>
    /// <param name="card">The card that goes with it; null for none.</param>
    /// <param name="statement">The statement that goes with it, one that the store has; null: the latest.</param>
    /// <exception cref="IOException">The disk is full, or another process keeps the store locked.</exception>
    public StoreResult<AliasEntry> SetAlias(string name, ModelId id, string? minimumLevel, string? declaredUse, Digest32? card = null, Digest32? statement = null)
    {
        StoreResult<StoredModel> loaded = statement is { } older ? Load(id, () => FindStatement(id, older)) : Load(id);
        if (!loaded.Found)
        {
            return new(null, loaded.Error, loaded.Message);
        }

        if (card is { } digest && FindCard(id, digest) is null)
        {
            return new(null, StoreErrors.NotFound, $"model {id} has no card {digest}");
        }

        lock (_gate)
        {
            using FileStream exclusive = Acquire();
            return _aliases.Append(name, id, loaded.Value.StatementDigest, card, minimumLevel, declaredUse, AfterStep);
        }
    }

    /// <summary>What a name means now.</summary>
    public StoreResult<AliasEntry> Resolve(string name)
    {
        StoreResult<IReadOnlyList<AliasEntry>> history = History(name);
        return history.Found ? new(history.Value[^1], null, null) : new(null, history.Error, history.Message);
    }

    /// <summary>All that a name ever meant, oldest first; at least one entry.</summary>
    public StoreResult<IReadOnlyList<AliasEntry>> History(string name) => _aliases.Read(name);

    /// <summary>All names, in order.</summary>
    public IReadOnlyList<string> Aliases() => _aliases.Names();

    /// <summary>Called after each step that the disk sees: where tests let the process die.</summary>
    internal Action<string>? AfterStep { get; init; }

    private StoreResult<T> Paper<T>(ModelId id, Func<StoreResult<T>> keep)
        where T : class
    {
        if (!Directory.Exists(FolderOf(id)))
        {
            return new(null, StoreErrors.NotFound, $"there is no model {id}");
        }

        lock (_gate)
        {
            using FileStream exclusive = Acquire();
            return keep();
        }
    }

    private StoreResult<StoredModel> Put(ModelId id, string? statedId, StatementSource? stated, ReadOnlyMemory<byte> statement, ReadOnlyMemory<byte> source, (string Name, ReadOnlyMemory<byte> Bytes)[] program)
    {
        if (statedId != id.ToString() || stated?.Sha256 != Digest32.Sha256(source.Span).ToString())
        {
            return new(null, StoreErrors.StatementMismatch, "the statement is not about this model and source file");
        }

        lock (_gate)
        {
            using FileStream exclusive = Acquire();
            string folder = FolderOf(id);
            StoreResult<StoredModel> stored = Load(id);
            if (!stored.Found)
            {
                Add(folder, [.. program, ("source.onnx", source), ("statement.json", statement), ($"statement-{Digest32.Sha256(statement.Span)}.json", statement)]);
            }
            else if (stored.Value.Source.Sha256 == stated.Sha256)
            {
                ReplaceStatement(folder, statement.Span, AfterStep);
            }
        }

        return Load(id);
    }

    private static StoreResult<StoredModel> LoadExact(ModelId id, string folder, ModelStatement stated, byte[] statement, byte[] source)
    {
        byte[]? program = Read(folder, "program.cbor", ProgramLimits.ProgramBytes);
        ExactProgram? decoded = program is null ? null : ProgramCodec.TryDecode(program, out _);
        byte[]? weights = decoded is null ? null : Read(folder, "weights.bin", decoded.WeightBytes);
        WeightsBlob? blob = weights is null ? null : WeightsBlob.Create(decoded!, weights, out _);
        ExactModel? model = blob is null ? null : ExactModel.Create(decoded!, blob, out _);
        return model is null ? new(null, StoreErrors.Damaged, $"model {id}: program.cbor or weights.bin is missing or damaged")
            : Mismatch(id, model.Id, stated.ModelId, stated.Source, source) ?? new(new StoredModel.Exact(model, stated, statement), null, null);
    }

    private static StoreResult<StoredModel> LoadFloat(ModelId id, FloatModelStatement stated, byte[] statement, byte[] source)
    {
        FloatModel? model = FloatModel.TryCreate(source, out RegistrationError? error);
        return model is null ? new(null, StoreErrors.Damaged, $"model {id}: source.onnx is damaged ({error!.Code})")
            : Mismatch(id, model.Id, stated.ModelId, stated.Source, source) ?? new(new StoredModel.Float(model, stated, statement), null, null);
    }

    private static StoreResult<StoredModel>? Mismatch(ModelId id, ModelId computed, string stated, StatementSource statedSource, byte[] source) =>
        computed != id ? new(null, StoreErrors.IdMismatch, $"the files of model {id} are those of {computed}")
        : stated != id.ToString() || statedSource.Sha256 != Digest32.Sha256(source).ToString() ? new(null, StoreErrors.StatementMismatch, $"model {id}: the statement is not about this model and source file")
        : null;

    private void Add(string folder, IEnumerable<(string Name, ReadOnlyMemory<byte> Bytes)> files)
    {
        // Whoever holds the lock is the only writer, so whatever lies here was left by a kill.
        foreach (string left in Directory.EnumerateDirectories(_incoming))
        {
            Directory.Delete(left, recursive: true);
        }

        string incoming = Path.Combine(_incoming, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)));
        Directory.CreateDirectory(incoming);
        foreach ((string name, ReadOnlyMemory<byte> bytes) in files)
        {
            DurableFile.Create(Path.Combine(incoming, name), bytes.Span);
            AfterStep?.Invoke($"incoming {name}");
        }

        DurableFile.SyncFolder(incoming);
        if (Directory.Exists(folder))
        {
            // Damaged, or it would not be added again; the next writer clears it away.
            Directory.Move(folder, incoming + "-damaged");
            AfterStep?.Invoke("damaged away");
        }

        Directory.Move(incoming, folder);
        AfterStep?.Invoke("model in place");
        DurableFile.SyncFolder(_models);
    }

    private static void ReplaceStatement(string folder, ReadOnlySpan<byte> statement, Action<string>? afterStep)
    {
        DurableFile.Write(Path.Combine(folder, $"statement-{Digest32.Sha256(statement)}.json"), statement);
        afterStep?.Invoke("statement kept");
        DurableFile.Write(Path.Combine(folder, "statement.json"), statement);
        afterStep?.Invoke("statement replaced");
    }

    private string FolderOf(ModelId id) => Path.Combine(_models, id.ToString());

    /// <summary>A file of at most so many bytes; null if it is missing or larger.</summary>
    private static byte[]? Read(string folder, string name, long most)
    {
        FileInfo file = new(Path.Combine(folder, name));
        try
        {
            return file.Exists && file.Length <= most ? File.ReadAllBytes(file.FullName) : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>The lock goes with the process that holds it, however that ends.</summary>
    private FileStream Acquire()
    {
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                return new FileStream(_lockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (attempt < 200)
            {
                Thread.Sleep(50);
            }
        }
    }
}
