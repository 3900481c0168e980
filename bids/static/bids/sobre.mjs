#!/usr/bin/env node
// Convoca, sealing program sobre/1. Made of bids/program; licences in licences.txt.
