using Assay.Testing;

namespace Assay.Cli.Tests.Chatting;

/// <summary><c>assay demo --chat</c>, as somebody runs it.</summary>
public sealed class ChatDemoTests
{
    [OracleFact(Oracle.Llama)]
    public async Task TheModelIsAskedAgain_AndEachSwapAndChangeIsNamed()
    {
        string folder = Path.Combine(Path.GetTempPath(), $"assay-chat-demo-{Guid.NewGuid():N}");
        try
        {
            CliRunner.Result run = await CliRunner.RunAsync("demo", "--chat", "--out", folder);
            Assert.True(run.ExitCode == 0, run.Output + run.Error);
            foreach (string expected in new[] { "run again here, it gives the same answer, byte for byte", "model/differs", "replay/output-differs", "chat/system-prompt-differs", "chat/content-differs", "chat/stream-cut" })
            {
                Assert.Contains(expected, run.Output, StringComparison.Ordinal);
            }

            // What the demo leaves is enough for the command line.
            string receipt = Directory.GetFiles(folder, "*.receipt").Order(StringComparer.Ordinal).First();
            CliRunner.Result again = await CliRunner.RunAsync(
                "verify", receipt, "--first-use", "--response", Path.ChangeExtension(receipt, ".sse"), "--replay", Path.Combine(Oracles.RepositoryRoot, "models", "tiny-kjv", "tinylm.gguf"));
            Assert.Contains("byte for byte", again.Output, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
