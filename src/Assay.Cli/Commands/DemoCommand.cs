using System.CommandLine;
using Assay.Chain;
using Assay.Cli.Console;
using Assay.Cli.Demo;
using Assay.Llama;

namespace Assay.Cli.Commands;

/// <summary><c>assay demo</c>: five minutes of Assay in one.</summary>
internal static class DemoCommand
{
    internal static Command Create()
    {
        Option<DirectoryInfo?> folder = new("--out") { Description = "Where the demo's files go; default: a new temporary folder, which stays." };
        Option<DirectoryInfo?> models = new("--models") { Description = "Folder with the shipped models; default: the repository's." };
        Option<bool> pay = new("--pay") { Description = "Payments instead: a chain on this machine, a node with prices, a payment for each level (needs anvil: eng/chain.sh)." };
        Option<bool> chat = new("--chat") { Description = "A language model instead: a streamed chat, its receipt, the model asked again, and swapped (needs llama.cpp's library: eng/llama.sh)." };
        return new Command("demo", "A node, two models, receipts, offline checks; then the operator cheats and is caught.") { folder, models, pay, chat }.Do(async (parsed, output, cancellation) =>
        {
            if (parsed.GetValue(pay) && AnvilProgram.Find() is null)
            {
                throw PayDemo.NoChain();
            }

            if (parsed.GetValue(chat) && LlamaLibrary.TryFind(out string? why) is null)
            {
                throw ChatDemo.NoLibrary(why!);
            }

            string target = parsed.GetValue(folder)?.FullName ?? Directory.CreateTempSubdirectory("assay-demo-").FullName;
            if (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any())
            {
                throw CliException.Usage($"{target} isn't empty.", "Name a new folder with --out, or leave it away.");
            }

            Directory.CreateDirectory(target);
            if (parsed.GetValue(pay))
            {
                return await new PayDemo(output, target, ShippedModels.Folder(parsed.GetValue(models))).RunAsync(cancellation).ConfigureAwait(false);
            }

            using HttpClient http = new() { Timeout = TimeSpan.FromSeconds(30) };
            if (parsed.GetValue(chat))
            {
                return await new ChatDemo(output, http, target, ShippedModels.Folder(parsed.GetValue(models))).RunAsync(cancellation).ConfigureAwait(false);
            }

            return await new DemoScript(output, http, target, ShippedModels.Folder(parsed.GetValue(models))).RunAsync(cancellation).ConfigureAwait(false);
        });
    }
}
