using Assay.Facilitator.Tests;

// Tests kill this program: an end without a farewell is what they are about.
return args is ["facilitator", string rpc, string folder, string key, string step, string payment, string offer] ? await KilledChild.RunAsync(new Uri(rpc), folder, key, step, payment, offer) : 64;
