using Assay.Node.Tests.Paying;

// Tests kill this program: an end without a farewell is what they are about.
return args is ["nodes", string folder, string facilitator] ? await KilledNodes.RunAsync(folder, new Uri(facilitator)) : 64;
