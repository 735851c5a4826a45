using Assay.Cli.Console;
using Assay.Cli.Hub;
using Assay.Models.Hub;
using Assay.Models.Presentation;
using Assay.Models.Registration;
using Assay.Models.Store;
using Assay.Primitives;
using Assay.Programs;
using Assay.Verification;

namespace Assay.Cli.Commands;

/// <summary>
/// A model as its publisher hands it over: a folder with <c>model.onnx</c>, <c>calibration.npy</c>, and, if it has them,
/// <c>model.json</c> (its card), the licence's text, <c>publisher.cose</c>, <c>test_inputs.npy</c>, <c>test_labels.npy</c>.
/// </summary>
internal sealed record ModelPackage(string Name, ModelCard? Card, byte[]? LicenceText, byte[]? Signed, RegistrationRequest Request)
{
    internal const string OnnxFile = "model.onnx";
    internal const string CardFile = "model.json";
    internal const string SignedFile = "publisher.cose";
    private const long MaxSignedBytes = 4096;
    private const int MaxInputs = 64;

    internal string Description => Card?.Description ?? "";

    internal string DeclaredUse => Card?.DeclaredUse ?? "";

    internal IReadOnlyList<string> Classes => Card is { } card ? card.Classes : [];

    internal static ModelPackage Read(string folder, Digest32? pinned = null, long most = PackageFile.DefaultMost)
    {
        byte[] onnx = PackageFile.Find(folder, OnnxFile, most)
            ?? throw new CliException(ExitCodes.CannotEvaluate, "model/not-a-package", $"{folder} has no model.onnx.", Directory.Exists(folder) && Directory.EnumerateFiles(folder, "*.gguf").Any()
                ? "A GGUF file isn't added: name it in a chat file, and start the node with 'assay serve --chat FILE' (docs/chat.md)."
                : "Name a folder with model.onnx and calibration.npy, or use --onnx and --calibration; --float serves an ONNX file as it is.");
        byte[]? about = PackageFile.Find(folder, CardFile, ModelCard.MaxBytes);
        ModelCard? card = about is null ? null : ReadCard(about, Path.Combine(folder, CardFile));
        RegistrationRequest request = new()
        {
            Onnx = PackageFile.Check(onnx, pinned, Path.Combine(folder, OnnxFile)),
            Calibration = Data(folder, "calibration", most) ?? throw new FileNotFoundException($"{folder} has no calibration.npy, nor calibration.INPUT.npy for each input."),
            Test = Data(folder, "test_inputs", most),
            Labels = PackageFile.Find(folder, "test_labels.npy", most) is { } labels ? (ReadOnlyMemory<byte>?)labels : null,
        };
        return new ModelPackage(
            card?.Name ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))),
            card,
            card?.LicenceFile is { } licence ? PackageFile.Find(folder, licence, ModelCard.MaxLicenceBytes) : null,
            PackageFile.Find(folder, SignedFile, MaxSignedBytes),
            card is null ? request : CompileSection.Apply(card.Bytes, request));
    }

    /// <summary>A card and what lies beside it, for a model that comes without a folder.</summary>
    internal ModelPackage With(FileInfo? cardFile, FileInfo? signed)
    {
        ModelCard? card = cardFile is null ? null : ReadCard(PackageFile.Read(cardFile, ModelCard.MaxBytes), cardFile.FullName);
        return this with
        {
            Name = card?.Name ?? Name,
            Card = card,
            LicenceText = card?.LicenceFile is { } licence ? PackageFile.Find(cardFile!.DirectoryName!, licence, ModelCard.MaxLicenceBytes) : null,
            Signed = signed is null ? null : PackageFile.Read(signed, MaxSignedBytes),
        };
    }

    /// <summary>Compiles; every error is told at once.</summary>
    internal RegistrationResult Register(Action<string> progress, CancellationToken cancellation)
    {
        RegistrationResult result = ModelRegistration.Register(Request, new Progress(progress), cancellation);
        return result.Model is not null
            ? result
            : throw new CliException(ExitCodes.CannotEvaluate, result.Errors[0].Code, "The model can't be registered:\n  " + string.Join("\n  ", result.Errors), "docs/operators.md lists what can be imported. The nearest thing that works for any other ONNX file: 'assay model add FILE.onnx --float' serves it as it is; its receipts are signed and logged, but nobody can replay an answer.");
    }

    /// <summary>Refuses what doesn't belong together, before anything is kept: a licence's text, and a signed statement that is about something else.</summary>
    internal void RequirePapers(ModelId id, ReadOnlyMemory<byte> statement)
    {
        if (Card is { LicenceText: { } digest } card)
        {
            Digest32? actual = LicenceText is null ? null : Digest32.Sha256(LicenceText);
            if (actual != digest)
            {
                throw new CliException(ExitCodes.CannotEvaluate, CardErrors.LicenceText, $"The card says that its licence is {card.LicenceFile} with SHA-256 {digest}; {(actual is null ? "there is no such file" : $"the file has {actual}")}.", "Put the right file beside the card, or the right digest into it.");
            }
        }

        PublishedModel model = new(id, Digest32.Sha256(statement.Span), Card?.Digest, Digest32.Sha256(Request.Onnx.Span));
        if (Signed is { } signed && PublisherAppraisal.Appraise(signed, model, null) is { Result: CheckResult.Fail } fact)
        {
            throw new CliException(ExitCodes.Untrusted, fact.Code!, $"{SignedFile} doesn't hold for this model, and nothing was kept: {Why(fact.Code!)}.", "Get the folder again from its publisher, or leave that file out: then nobody vouches for the model.");
        }
    }

    /// <summary>Refuses a presentation that can't be read or isn't this model's: else its first user would find out.</summary>
    internal void RequirePresentation(ExactModel model)
    {
        if (Card is null)
        {
            return;
        }

        ModelPresentation? presentation = ModelPresentation.TryReadCard(Card.Bytes, out (string Code, string Message)? error);
        string? mismatch = presentation?.Mismatch(
            model.Program.Inputs.ToDictionary(static i => i.Name, static i => i.Type.Shape),
            model.Program.Outputs.ToDictionary(static o => o.Name, o => model.Program.TypeOf(o.Value).Shape));
        if ((error?.Message ?? mismatch) is { } problem)
        {
            throw new CliException(ExitCodes.CannotEvaluate, error?.Code ?? PresentationErrors.Mismatch, $"{CardFile}'s presentation doesn't hold: {problem}.", "docs/media.md has its members.");
        }
    }

    /// <summary>Keeps the papers; the model is in the store.</summary>
    internal void KeepPapers(ModelStore store, ModelId id)
    {
        if (Card is { } card)
        {
            ModelCommands.Require(store.AddCard(id, card, LicenceText));
        }

        if (Signed is { } signed)
        {
            ModelCommands.Require(store.AddPublisherStatement(id, signed));
        }
    }

    // One file for a model with one input, else one for each, with the input's name in it.
    private static Dictionary<string, ReadOnlyMemory<byte>>? Data(string folder, string what, long most)
    {
        if (PackageFile.Find(folder, what + ".npy", most) is { } only)
        {
            return new Dictionary<string, ReadOnlyMemory<byte>> { ["input"] = only };
        }

        string[] files = [.. Directory.EnumerateFiles(folder, what + ".*.npy").Take(MaxInputs + 1)];
        return files.Length switch
        {
            0 => null,
            > MaxInputs => throw new CliException(ExitCodes.CannotEvaluate, "model/too-large", $"{folder} has data for more than {MaxInputs} inputs."),
            _ => files.ToDictionary(file => Path.GetFileName(file)[(what.Length + 1)..^".npy".Length], file => (ReadOnlyMemory<byte>)PackageFile.Find(folder, Path.GetFileName(file), most)!),
        };
    }

    private static ModelCard ReadCard(byte[] json, string path) => ModelCard.TryRead(json, out CardProblem? problem)
        ?? throw new CliException(ExitCodes.CannotEvaluate, problem!.Code, $"{path}: {problem.Message}.", problem.Nearest);

    private static string Why(string code) => code switch
    {
        PublisherCodes.OtherModel => "it is about another model; compiled with other options, a file gives another model",
        PublisherCodes.OtherSource => "it names another model.onnx",
        PublisherCodes.OtherStatement => "it names another statement; other calibration or test data, or options, give another one",
        PublisherCodes.OtherCard => "it names another model.json",
        _ => "its bytes or its signature are damaged",
    };

    // Unlike System.Progress, in order and on the caller's thread.
    private sealed class Progress(Action<string> report) : IProgress<string>
    {
        public void Report(string value) => report(value);
    }
}
