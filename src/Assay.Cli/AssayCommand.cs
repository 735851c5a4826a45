using System.CommandLine;
using Assay.Cli.Chatting;
using Assay.Cli.Commands;
using Assay.Cli.Console;
using Assay.Cli.Histories;
using Assay.Cli.Paying;
using Assay.Cli.Proxying;

namespace Assay.Cli;

/// <summary>The whole command line.</summary>
internal static class AssayCommand
{
    internal static RootCommand Root { get; } = Create();

    private static RootCommand Create()
    {
        RootCommand root = new("Assay: AI inference that others can check. Start with 'assay demo'.")
        {
            DemoCommand.Create(),
            ServeCommand.Create(),
            SignerCommand.Create(),
            ModelCommands.Create(),
            PublisherCommands.Create(),
            KeyCommands.Create(),
            PricesCommands.Create(),
            KeySetCommands.Create(),
            InferCommand.Create(),
            ChatCommand.Create(),
            ProxyCommand.Create(),
            ProveCommands.Create(),
            VerifyCommand.Create(),
            PaymentCommands.Create(),
            TrustCommands.Create(),
            AttestCommands.Create(),
            ExplainCommand.Create(),
            DiscloseCommand.Create(),
            AdviseCommand.Create(),
            HistoryCommand.Create(),
            RegisterCommands.Create(RegisterCommands.Prompts),
            RegisterCommands.Create(RegisterCommands.Tools),
            ApplicationCommands.Create(),
            LogCommands.Create(),
            WitnessCommands.Create(),
            FacilitatorCommand.Create(),
            ReplayerCommands.Create(),
            WalletCommands.Create(),
            BenchCommand.Create(),
        };
        root.Options.Add(CommandActions.Json);
        return root;
    }
}
