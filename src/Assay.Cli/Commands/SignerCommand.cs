using System.CommandLine;
using Assay.Cli.Console;
using Assay.Files;
using Assay.Node.Keys;
using Assay.Node.Signing;

namespace Assay.Cli.Commands;

/// <summary><c>assay signer serve</c>: holds a node's private keys in a process of their own.</summary>
internal static class SignerCommand
{
    internal static Command Create()
    {
        Option<DirectoryInfo> keys = new("--keys") { Description = "Folder of the private keys; made if missing.", Required = true };
        Option<FileInfo> socket = new("--socket") { Description = "The Unix socket to listen on, in a folder that only you can enter.", Required = true };
        Option<string> origin = new("--origin") { Description = "The log's name: checkpoints of another aren't signed.", DefaultValueFactory = static _ => "localhost/assay" };
        Command serve = new Command("serve", "Hold a node's keys and sign batch heads and checkpoints for it; 'assay serve --signer unix:SOCKET' uses it.")
        {
            keys, socket, origin, NodeKeyOptions.PassphraseFile,
        }.Do(async (parsed, output, cancellation) =>
        {
            using KeyPassphrase? passphrase = NodeKeyOptions.Passphrase(parsed);
            FileKeySource source = new(parsed.GetRequiredValue(keys).FullName, passphrase);
            string path = parsed.GetRequiredValue(socket).FullName;
            await using SignerHost host = await SignerHost.StartAsync(path, source.Open(parsed.GetValue(origin)!, mayCreate: true), cancellation).ConfigureAwait(false);
            output.Line($"signer   {parsed.GetValue(origin)} on unix:{path}");
            output.Line("ready    stop with Ctrl+C");
            output.Json(json =>
            {
                json.WriteString("address", "unix:" + path);
                json.WriteString("origin", parsed.GetValue(origin));
            });
            await Shutdown.WaitAsync(cancellation).ConfigureAwait(false);
            output.Line("stopping");
            return ExitCodes.Met;
        });
        return new Command("signer", "Keep a node's private keys in a process of their own.") { serve };
    }
}
