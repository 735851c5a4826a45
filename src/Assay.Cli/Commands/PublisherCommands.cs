using System.CommandLine;
using System.Security.Cryptography;
using Assay.Cli.Console;
using Assay.Files;
using Assay.Models.Hub;
using Assay.Models.Store;
using Assay.Node.Serving;
using Assay.Primitives;
using Assay.Primitives.Cose;
using Assay.Receipts;
using Assay.Verification;

namespace Assay.Cli.Commands;

/// <summary><c>assay publisher key</c> and <c>assay model sign</c>: vouching for models with a key of one's own (spec/publisher.md).</summary>
internal static class PublisherCommands
{
    internal static Command Create() => new("publisher", "Vouch for models with a key of your own.") { Key() };

    internal static Command Sign()
    {
        Argument<string> name = new("name") { Description = "The model's name." };
        Option<FileInfo> key = KeyOption();
        Option<string> publisher = new("--publisher") { Description = "What you call yourself; others go by the key.", Required = true };
        Option<FileInfo?> target = new("--out") { Description = $"Write the signed statement here too, to put it as {ModelPackage.SignedFile} into the folder that you hand out." };
        return new Command("sign", "Sign that a model, with its statement and card, is yours.") { name, key, publisher, target, NodeFolder.Option }.Do((parsed, output, _) =>
        {
            ModelStore store = NodeFolder.Store(NodeFolder.Of(parsed));
            AliasEntry alias = ModelCommands.Require(store.Resolve(parsed.GetRequiredValue(name)));
            StoredModel model = ModelCommands.Require(store.Load(alias));
            ModelId id = model.Id;
            ModelCard? card = store.CardOf(alias);
            if (card is null && alias.Card is not null)
            {
                throw new CliException(ExitCodes.CannotEvaluate, StoreErrors.Damaged, $"The card of '{alias.Name}' is missing or damaged, so it can't be signed.", "Add the model again.");
            }

            string called = parsed.GetRequiredValue(publisher);
            if (!PublisherStatement.IsName(called))
            {
                throw CliException.Usage($"--publisher: 1 to {PublisherStatement.MaxNameBytes} bytes without control characters and without invisible ones that steer how text is shown.");
            }

            using Es256Signer signer = Open(parsed.GetRequiredValue(key).FullName, mayCreate: false);
            PublishedModel published = ServedPapers.Published(model, card);
            PublisherStatement statement = PublisherStatement.Create(published.Id, published.Statement, published.Card, published.Source, called, TimeProvider.System.GetUtcNow(), signer);
            ModelCommands.Require(store.AddPublisherStatement(id, statement.Bytes));
            if (parsed.GetValue(target) is { } file)
            {
                DurableFile.Write(file.FullName, statement.Bytes.Span);
            }

            output.Line($"signed   model {id}");
            output.Line($"         statement {published.Statement}");
            output.Line($"         card {published.Card?.ToString() ?? "none"}");
            output.Line($"         source {published.Source}");
            ShowKey(output, signer.PublicKey);
            output.Json(json =>
            {
                json.WriteString("modelId", id.ToString());
                json.WriteString("statement", published.Statement.ToString());
                json.WriteString("card", published.Card?.ToString());
                json.WriteString("source", published.Source.ToString());
                json.WriteString("digest", statement.Digest.ToString());
                WriteKey(json, signer.PublicKey);
            });
            return Task.FromResult(ExitCodes.Met);
        });
    }

    private static Command Key()
    {
        Option<FileInfo> key = KeyOption();
        return new Command("key", "Print a publisher's id and the line that others need in their trust files; make the key if there is none.") { key }.Do((parsed, output, _) =>
        {
            using Es256Signer signer = Open(parsed.GetRequiredValue(key).FullName, mayCreate: true);
            ShowKey(output, signer.PublicKey);
            output.Json(json => WriteKey(json, signer.PublicKey));
            return Task.FromResult(ExitCodes.Met);
        });
    }

    private static Option<FileInfo> KeyOption() => new("--key") { Description = $"The key file; encrypted if {KeyPassphrase.PublisherVariable} is set.", Required = true };

    internal static Es256Signer Open(string path, bool mayCreate)
    {
        using KeyPassphrase? passphrase = KeyPassphrase.TakeFromEnvironment(KeyPassphrase.PublisherVariable);
        if (!File.Exists(path))
        {
            if (!mayCreate)
            {
                throw new CliException(ExitCodes.CannotEvaluate, KeyFileErrors.Unreadable, $"{path} isn't there.", "'assay publisher key --key FILE' makes a key.");
            }

            using ECDsa made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            ProtectedKeyFile.WriteP256(path, made, passphrase);
        }

        return new Es256Signer(ProtectedKeyFile.ReadP256(path, passphrase));
    }

    private static void ShowKey(Output output, P256PublicKey key)
    {
        output.Line($"publisher {key.Thumbprint()}");
        output.Line($"trust     publisher NAME {key.Thumbprint()}");
    }

    private static void WriteKey(System.Text.Json.Utf8JsonWriter json, P256PublicKey key)
    {
        json.WriteString("publisher", key.Thumbprint().ToString());
        json.WriteString("trustLine", $"publisher NAME {key.Thumbprint()}");
    }
}
