using System.Security.Cryptography;
using System.Text;
using Assay.Client;
using Assay.Files;
using Assay.Receipts;

namespace Assay.Node.Tests.Proving;

/// <summary>A key file with four callers, of whom two are public.</summary>
internal sealed class ApiKeys : IDisposable
{
    private static readonly string[] Names = ["alice", "bob", "open1", "open2"];

    private readonly HttpClient _http = new();

    internal ApiKeys()
    {
        string keys = string.Join(',', Names.Select(static name =>
            $$"""{"name":"{{name}}","sha256":"{{Convert.ToHexStringLower(SHA256.HashData(BytesOf(name)))}}"{{(name.StartsWith("open", StringComparison.Ordinal) ? ",\"publicProofs\":true" : "")}}}"""));
        OwnerOnlyFile.Write(Path, Encoding.UTF8.GetBytes($$"""{"profile":"assay/api-keys/v1","keys":[{{keys}}]}"""));
    }

    internal string Path { get; } = System.IO.Path.Combine(Directory.CreateTempSubdirectory("assay-keys-").FullName, "keys.json");

    internal Task<PendingAnswer> AskAsync(NodeFixture node, string name, int value) =>
        new AssayClient(_http, node.Host.Address, TimeProvider.System) { ApiKey = SecretOf(name) }
            .AskForBundleLaterAsync("tiny", AssayClient.FormatRequest([NodeFixture.Input(value, 2)], VerificationLevel.Replay.Join(VerificationLevel.Zk)), CancellationToken.None);

    public void Dispose()
    {
        _http.Dispose();
        Directory.Delete(System.IO.Path.GetDirectoryName(Path)!, recursive: true);
    }

    private static byte[] BytesOf(string name) => SHA256.HashData(Encoding.UTF8.GetBytes(name));

    private static string SecretOf(string name) => "assay_" + Convert.ToHexStringLower(BytesOf(name));
}
