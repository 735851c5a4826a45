using System.Security.Cryptography;
using System.Text.Json;
using Assay.Cli.Commands;
using Assay.Cli.Console;
using Assay.Cli.Hub;

namespace Assay.Cli.Tests.Hub;

/// <summary>Handing a model from its publisher to somebody else, as the two do it.</summary>
public sealed class HubCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("assay-hubcli-").FullName;

    public HubCommandTests()
    {
        Directory.CreateDirectory(In("risk"));
        foreach (string file in new[] { "model.onnx", "calibration.npy", "model.json" })
        {
            File.Copy(Path.Combine(CommandFixture.Models, "risk", file), In("risk", file));
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string In(params string[] path) => Path.Combine([_folder, .. path]);

    private async Task<string> OkAsync(params string[] arguments)
    {
        CliRunner.Result result = await CliRunner.RunAsync(arguments);
        Assert.True(result.ExitCode == 0, result.Error + result.Output);
        return result.Output;
    }

    private async Task RefusedAsync(string code, int exit, params string[] arguments)
    {
        CliRunner.Result result = await CliRunner.RunAsync(arguments);
        Assert.True(result.ExitCode == exit && result.Error.Contains($"[{code}]", StringComparison.Ordinal), $"{result.ExitCode} {result.Error} {result.Output}");
    }

    [Fact]
    public async Task Publisher_SignsAndHandsOut_AndOthersSeeWhoVouches()
    {
        // In a process, with paths from where it stands.
        CliRunner.Result added = await CliRunner.ProcessAsync(CliRunner.StartInfo(["model", "add", "risk", "--folder", "mine"], _folder));
        Assert.True(added.ExitCode == 0, added.Error + added.Output);
        string key = (await OkAsync("publisher", "key", "--key", In("key.pem"))).Split('\n')[0].Split(' ')[^1].Trim();
        await RefusedAsync("nodekey/unreadable", 3, "model", "sign", "risk", "--key", In("none.pem"), "--publisher", "Acme", "--folder", In("mine"));
        await OkAsync("model", "sign", "risk", "--key", In("key.pem"), "--publisher", "Acme Models", "--out", In("risk", "publisher.cose"), "--folder", In("mine"));

        await OkAsync("model", "add", In("risk"), "--folder", In("theirs"));
        string unknown = await OkAsync("model", "inspect", "risk", "--folder", In("theirs"));
        Assert.Contains("publisher/no-trust-file", unknown, StringComparison.Ordinal);
        Assert.Contains("vouched  by nobody whom you trust", unknown, StringComparison.Ordinal);
        await OkAsync("trust", "add", "publisher", "acme", key, "--trust", In("trust.txt"));
        Assert.Contains("vouched  by acme, whom", await OkAsync("model", "inspect", "risk", "--folder", In("theirs"), "--trust", In("trust.txt")), StringComparison.Ordinal);
        using JsonDocument list = JsonDocument.Parse(await OkAsync("model", "list", "--folder", In("theirs"), "--trust", In("trust.txt"), "--json"));
        JsonElement model = list.RootElement.GetProperty("models")[0];
        Assert.Equal(("exact", "CC-BY-4.0", "pass"), (model.GetProperty("kind").GetString(), model.GetProperty("licence").GetString(), model.GetProperty("publishers")[0].GetProperty("result").GetString()));

        // Another card than the signed one: the folder isn't what the publisher handed out.
        string card = await File.ReadAllTextAsync(In("risk", "model.json"));
        await File.WriteAllTextAsync(In("risk", "model.json"), card.Replace("\"licence\": \"CC-BY-4.0\"", "\"licence\": \"MIT\"", StringComparison.Ordinal));
        await RefusedAsync("publisher/other-card", 1, "model", "add", In("risk"), "--folder", In("theirs"));

        // Without the signature it is a model with another card, and the name's history says so.
        File.Delete(In("risk", "publisher.cose"));
        await OkAsync("model", "add", In("risk"), "--minimum-level", "signed", "--folder", In("theirs"));
        string history = await OkAsync("model", "history", "risk", "--folder", In("theirs"));
        Assert.Contains("2  ", history, StringComparison.Ordinal);
        Assert.Contains("minimum level none -> signed; licence CC-BY-4.0 -> MIT", history, StringComparison.Ordinal);
        string search = await OkAsync("model", "search", "nuclei", "--licence", "mit", "--kind", "exact", "--level", "replay", "--use", "decision", "--folder", In("theirs"), "--trust", In("trust.txt"));
        Assert.Contains("(other card)", search, StringComparison.Ordinal);
        Assert.Contains("nothing fits", await OkAsync("model", "search", "nuclei", "--licence", "0BSD", "--folder", In("theirs")), StringComparison.Ordinal);

        // A second name for the same model, with the card that it has now; the minimum of the first stays its own.
        string id = model.GetProperty("modelId").GetString()!;
        Assert.Contains("minimum level none", await OkAsync("model", "alias", "score", id, "--folder", In("theirs")), StringComparison.Ordinal);
        Assert.Contains("minimum level signed", await OkAsync("model", "alias", "risk", id, "--use", "entertainment", "--folder", In("theirs")), StringComparison.Ordinal);
        await RefusedAsync("store/not-found", 3, "model", "alias", "risk", new string('0', 64), "--folder", In("theirs"));
        await RefusedAsync("usage", 4, "model", "alias", "risk", "score", "--folder", In("theirs"));
    }

    [Fact]
    public async Task Add_FromAnAddress_NeedsTheDigest()
    {
        byte[] onnx = await File.ReadAllBytesAsync(In("risk", "model.onnx"));
        await using LoopbackServer server = new(async (path, stream, stop) => await stream.WriteAsync((byte[])[.. LoopbackServer.Head("200 OK", $"Content-Length: {onnx.Length}"), .. onnx], stop));
        string address = new Uri(server.Address, "net.onnx").ToString();
        string digest = Convert.ToHexStringLower(SHA256.HashData(onnx));
        CliRunner.Result unpinned = await CliRunner.RunAsync("model", "add", address, "--calibration", In("risk", "calibration.npy"), "--folder", In("n"));
        Assert.Equal(4, unpinned.ExitCode);
        Assert.Contains($"assay model add {address} --sha256", unpinned.Error, StringComparison.Ordinal);
        await RefusedAsync("download/digest", 1, "model", "add", address, "--sha256", new string('0', 64), "--calibration", In("risk", "calibration.npy"), "--folder", In("n"));
        Assert.False(Directory.Exists(In("n")));
        await OkAsync("model", "add", address, "--sha256", digest, "--calibration", In("risk", "calibration.npy"), "--card", In("risk", "model.json"), "--name", "net", "--folder", In("n"));
        Assert.Contains("licence  CC-BY-4.0", await OkAsync("model", "inspect", "net", "--folder", In("n")), StringComparison.Ordinal);
        await RefusedAsync("download/digest", 1, "model", "add", "--onnx", In("risk", "model.onnx"), "--calibration", In("risk", "calibration.npy"), "--sha256", new string('0', 64), "--folder", In("n"));
        await RefusedAsync("download/digest", 1, "model", "add", In("risk"), "--sha256", new string('0', 64), "--folder", In("n"));
    }

    [Fact]
    public void Read_HostileFolders_AreRefused()
    {
        string[] links = ["model.onnx", "calibration.npy", "model.json", "publisher.cose", "test_inputs.npy"];
        foreach (string link in links)
        {
            string folder = Directory.CreateDirectory(In("links", link)).FullName;
            foreach (string file in new[] { "model.onnx", "calibration.npy", "model.json" }.Where(file => file != link))
            {
                File.Copy(In("risk", file), Path.Combine(folder, file));
            }

            File.CreateSymbolicLink(Path.Combine(folder, link), In("risk", link));
            Assert.Equal((link, "model/link"), (link, Assert.Throws<CliException>(() => ModelPackage.Read(folder)).Code));
        }

        // The licence's name is checked by the card's reader; here it is a link out of the folder.
        File.WriteAllText(In("risk", "model.json"), $$"""{"licence":"LicenseRef-a","licence_file":"L.txt","licence_sha256":"{{new string('0', 64)}}"}""");
        File.CreateSymbolicLink(In("risk", "L.txt"), "/etc/passwd");
        Assert.Equal("model/link", Assert.Throws<CliException>(() => ModelPackage.Read(In("risk"))).Code);
        File.Delete(In("risk", "L.txt"));
        ModelPackage missing = ModelPackage.Read(In("risk"));
        Assert.Equal("card/licence-text", Assert.Throws<CliException>(() => missing.RequirePapers(default, new byte[1])).Code);

        // Files that nobody asked for aren't looked at, however many; empty, missing and overlong ones are named.
        for (int i = 0; i < 2000; i++)
        {
            File.WriteAllBytes(In("risk", $"x{i}"), []);
        }

        Assert.Equal("model/too-large", Assert.Throws<CliException>(() => ModelPackage.Read(In("risk"), most: 1000)).Code);
        using (FileStream giant = File.Create(In("risk", "test_inputs.npy")))
        {
            giant.SetLength(PackageFile.DefaultMost + 1);
        }

        Assert.Equal("model/too-large", Assert.Throws<CliException>(() => ModelPackage.Read(In("risk"))).Code);
        File.WriteAllBytes(In("risk", "test_inputs.npy"), []);
        Assert.Equal("model/empty-file", Assert.Throws<CliException>(() => ModelPackage.Read(In("risk"))).Code);
        File.Delete(In("risk", "test_inputs.npy"));
        File.WriteAllBytes(In("risk", "model.json"), new byte[2 << 20]);
        Assert.Equal("model/too-large", Assert.Throws<CliException>(() => ModelPackage.Read(In("risk"))).Code);
    }
}
