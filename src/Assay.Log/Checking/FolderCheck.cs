using Assay.Log.Layout;
using Assay.Log.Storage;
using Assay.Log.Tree;

namespace Assay.Log.Checking;

/// <summary>Looks for files that don't belong into the public folder.</summary>
internal sealed class FolderCheck(string folder, FindingList findings)
{
    /// <summary>Runs the check.</summary>
    /// <returns>Whether there are tiles beyond the checkpoint: a crash before the swap leaves them, and a running node makes them.</returns>
    public bool Run(ulong size)
    {
        bool isStaged = false;
        string root = Path.Combine(folder, TileFiles.Folder);
        if (!Directory.Exists(root))
        {
            return false;
        }

        // A running node deletes partial tiles meanwhile.
        EnumerationOptions options = new() { RecurseSubdirectories = true, AttributesToSkip = 0 };
        foreach (string file in Directory.EnumerateFiles(root, "*", options))
        {
            string path = Path.GetRelativePath(root, file).Replace(Path.DirectorySeparatorChar, '/');
            if (path == TileFiles.CheckpointName)
            {
                continue;
            }

            if (!TilePath.TryParse(path, out TilePath tile) || tile.Level >= TileTree.Levels)
            {
                findings.Add(LogErrors.StrayFile, $"{TileFiles.Folder}/{path}", "it isn't part of a log");
                continue;
            }

            ulong hashes = TileTree.HashesAt(Math.Max(tile.Level, 0), size);
            isStaged |= tile.Number > hashes / TilePath.FullWidth
                || (tile.Number * TilePath.FullWidth) + (ulong)tile.Width > hashes;
        }

        return isStaged;
    }
}
