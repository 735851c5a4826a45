using Assay.Cli.Console;
using Assay.Models.Store;
using Assay.Primitives;
using Assay.Programs;

namespace Assay.Cli.Commands;

/// <summary>Reads a peer's programs from where they are kept; each one's id is computed from its bytes.</summary>
internal static class ReplayerModels
{
    internal static IReadOnlyList<ExactModel> Load(IEnumerable<string> folders)
    {
        List<ExactModel> models = [.. folders.SelectMany(LoadFolder).DistinctBy(static m => m.Id)];
        return models.Count > 0 ? models : throw CliException.Usage("There is no model in these folders.", "'assay model fetch NAME --node URL --out FOLDER' gets one from a node.");
    }

    private static List<ExactModel> LoadFolder(string folder)
    {
        if (File.Exists(Path.Combine(folder, ModelFolder.ProgramFile)))
        {
            return [ModelFolder.Open(folder)];
        }

        // A node's folder has its store in the folder 'models', and a store its models likewise. A store is opened only where one is: opening makes one.
        string store = Directory.Exists(Path.Combine(folder, "models", "models")) ? Path.Combine(folder, "models") : folder;
        return Directory.Exists(Path.Combine(store, "models"))
            ? LoadStore(ModelStore.Open(store, TimeProvider.System))
            : throw new CliException(ExitCodes.CannotEvaluate, "model/not-a-store", $"{folder} is neither a model store, nor a node's folder, nor a folder with {ModelFolder.ProgramFile}.", "'assay model fetch NAME --node URL --out FOLDER' gets a program from a node.");
    }

    private static List<ExactModel> LoadStore(ModelStore store)
    {
        List<ExactModel> models = [];
        foreach (ModelId id in store.List())
        {
            StoreResult<StoredModel> loaded = store.Load(id);
            if (!loaded.Found)
            {
                throw new CliException(ExitCodes.CannotEvaluate, loaded.Error, $"A peer doesn't start with some of its models missing: {loaded.Message}.");
            }

            // A float model can't be run again with the same result, so a peer has nothing to say about it.
            if (loaded.Value is StoredModel.Exact exact)
            {
                models.Add(exact.Model);
            }
        }

        return models;
    }
}
